import { PageArea } from '../features/page/page-area.tsx';
import { PageList } from '../features/pages/page-list.tsx';
import { SidePanel } from '../features/panel/side-panel.tsx';
import { useGalleyParts } from '../state/context.ts';

/** Three columns: pages, page, side panel. */
export function PagesArea() {
  const { listOpen, panelOpen } = useGalleyParts((state) => ({
    listOpen: state.pageListOpen && state.pages.length > 0,
    panelOpen: state.panelOpen && state.pages.length > 0,
  }));
  return (
    <>
      {listOpen && <PageList />}
      <PageArea />
      {panelOpen && <SidePanel />}
    </>
  );
}

import './styles/fonts.ts';
import './styles/tokens.css';
import './styles/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './api/index.ts';
import { Guard } from './shell/area-host.tsx';
import { Shell } from './shell/shell.tsx';
import { WorkbenchContext } from './state/context.ts';
import { createGalleyStore, type GalleyStore } from './state/store.ts';

let store: GalleyStore | undefined;
const api = await connect((online, locked) => store?.getState().setOnline(online, locked));
store = createGalleyStore(api);
void store.getState().boot();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no root element');
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <Guard>
        <WorkbenchContext value={{ store, api }}>
          <Tooltip.Provider delay={500}>
            <Shell />
          </Tooltip.Provider>
        </WorkbenchContext>
      </Guard>
    </CSPProvider>
  </StrictMode>,
);

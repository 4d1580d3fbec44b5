import { CircleHelp } from 'lucide-react';
import { useGalley } from '../state/context.ts';
import { IconButton } from '../ui/button.tsx';
import { useAction } from './context.ts';
import { keysOf } from './keys.ts';

interface ActionButtonProps {
  readonly id: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

/** An action as an icon button: its name, key, state and pressedness come from the action. */
export function ActionButton({ id, side }: ActionButtonProps) {
  const action = useAction(id);
  const enabled = useGalley(action.enabled);
  const pressed = useGalley((state) => action.on?.(state));
  const keys = useGalley((state) => keysOf(action, state.keys)[0]);
  return (
    <IconButton
      icon={action.icon ?? CircleHelp}
      label={action.title}
      keys={keys}
      side={side}
      pressed={pressed}
      disabled={!enabled}
      focusableWhenDisabled
      onClick={() => void action.run()}
    />
  );
}

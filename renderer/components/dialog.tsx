import { type ReactNode, useEffect, useRef } from 'react';
import classes from './dialog.module.css';

/**
 * A window over the screen: the platform's own `<dialog>`, which keeps the focus inside, makes the rest inert and needs no
 * styles from a script. Escape asks to close. The focus begins at `data-first-focus`, or else at the first control.
 */
export function Dialog({
  name,
  title,
  size,
  role = 'dialog',
  onClose,
  children,
}: {
  /** For `data-screen`. */
  name: string;
  /** Accessible name; the visible heading is the caller's. */
  title: string;
  size: 'whole' | 'window';
  role?: 'dialog' | 'alertdialog';
  onClose: () => void;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`${classes.dialog} ${classes[size]}`}
      role={role}
      aria-label={title}
      data-screen={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}

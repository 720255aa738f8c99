// What lies over the page: React Aria keeps the focus inside and gives it back. Esc is the key table's, so the owner passes `onClose`.
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import css from "./Dialog.module.css";

export function Dialog({ label, onClose, width = 560, top = false, children }: { label: string; onClose: () => void; width?: number; top?: boolean; children: ReactNode }) {
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className={top ? `${css.scrim} ${css.top}` : css.scrim ?? ""}>
      <Modal className={css.modal ?? ""} style={{ width }}>
        <AriaDialog className={css.dialog ?? ""} aria-label={label}>{children}</AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Head, body and buttons of a plain dialog. */
export function DialogBody({ title, note, end, children, buttons }: { title: string; note?: ReactNode; end?: ReactNode; children: ReactNode; buttons?: ReactNode }) {
  return (
    <div className={css.body}>
      <header className={css.head}><h2>{title}</h2>{note !== undefined && <span className={css.note}>{note}</span>}<span className={css.end}>{end}</span></header>
      {children}
      {buttons !== undefined && <footer className={css.buttons}>{buttons}</footer>}
    </div>
  );
}

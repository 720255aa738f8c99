// The columns of the records that were chosen, as the desk reads them. Until it has, and where it can't, a column is typed.
import { useEffect, useState } from "react";
import type { RecordsHeader } from "../../ipc/types.gen";

export interface Header {
  /** Of this file. */
  records: string;
  columns: readonly string[];
  /** Why it can't be read, in a sentence. */
  unread?: string;
}

/** `onRead` and `read` keep their identity: a file is read once. */
export function useHeader(records: string, read: (records: string) => Promise<RecordsHeader>, onRead: (header: RecordsHeader) => void): Header | undefined {
  const [header, setHeader] = useState<Header | undefined>(undefined);
  useEffect(() => {
    if (records === "") return undefined;
    let wanted = true;
    read(records).then(
      (found) => {
        if (!wanted) return;
        setHeader({ records, columns: found.columns });
        onRead(found);
      },
      (error: { message?: string }) => {
        if (wanted) setHeader({ records, columns: [], unread: error.message ?? "The records can’t be read" });
      },
    );
    return () => { wanted = false; };
  }, [records, read, onRead]);
  return header?.records === records ? header : undefined;
}

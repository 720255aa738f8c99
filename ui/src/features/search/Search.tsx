import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { go } from "../../kit/place";
import { call, type CallError } from "../../ipc/call";
import type { SearchPage } from "../../ipc/types.gen";
import { SearchView } from "./SearchView";

/** `audited`: this person may read what happened to a case. */
export function Search({ q, audited, onAssign }: { q: string; audited: boolean; onAssign: (caseId: string, title: string) => void }) {
  const [query, setQuery] = useState(q);
  useEffect(() => setQuery(q), [q]);
  const found = useInfiniteQuery<SearchPage, CallError>({
    queryKey: ["search", { query: q }],
    queryFn: ({ pageParam }) => call("search", { query: q, after: pageParam as string | null }),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    enabled: q !== "",
    // Others decide too: what was found a while ago is asked for again.
    staleTime: 10_000,
  });
  return (
    <Page name="Search">
      <PageHead title="Search" />
      <PageBody narrow>
        <SearchView
          query={query} asked={q} audited={audited} rows={found.data?.pages.flatMap((page) => page.rows) ?? []} more={found.hasNextPage} busy={found.isFetching} error={found.error?.message}
          onQuery={setQuery} onAsk={() => (query.trim() === q ? void found.refetch() : go({ page: "search", q: query.trim() }))} onMore={() => void found.fetchNextPage()} onAssign={onAssign}
        />
      </PageBody>
    </Page>
  );
}

// The desk's answers as queries, and its calls as changes that make queries stale. An answer stays until a topic says otherwise:
// nothing is polled but what says by itself that somebody is still there.
import { QueryClient, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import { call, type Args, type CallError, type CallName, type Result } from "./call";
import { isStale } from "./topics";
import { changes, type Topic } from "./types.gen";

export function makeQueryClient(): QueryClient {
  const always = { networkMode: "always", retry: false } as const;
  return new QueryClient({ defaultOptions: { queries: { ...always, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false }, mutations: always } });
}

export function keyOf<K extends CallName>(name: K, args: Args<K>): readonly unknown[] {
  return [name, args];
}

export function invalidate(client: QueryClient, topics: readonly Topic[]): void {
  if (topics.length === 0) return;
  void client.invalidateQueries({ predicate: (query) => isStale(query.queryKey[0], topics) });
}

/** `fresh`: asked again whenever a page with it opens, for what the desk doesn't hear of. `every`: and in between, after so many milliseconds. */
export function useCall<K extends CallName>(name: K, args: Args<K>, { enabled = true, keep = false, fresh = false, every }: { enabled?: boolean; keep?: boolean; fresh?: boolean; every?: number } = {}): UseQueryResult<Result<K>, CallError> {
  return useQuery<Result<K>, CallError>({
    queryKey: keyOf(name, args),
    queryFn: () => call(name, args),
    enabled,
    ...(fresh ? { staleTime: 0 } : {}),
    ...(every === undefined ? {} : { refetchInterval: every, refetchIntervalInBackground: true }),
    ...(keep ? { placeholderData: (before: Result<K> | undefined) => before as never } : {}),
  });
}

/** A call that changes something: what it changes is fetched again when it has succeeded. */
export function useChange<K extends CallName>(name: K): UseMutationResult<Result<K>, CallError, Args<K>> {
  const client = useQueryClient();
  return useMutation<Result<K>, CallError, Args<K>>({
    mutationFn: (args) => call(name, args),
    onSuccess: () => invalidate(client, changes[name]),
  });
}

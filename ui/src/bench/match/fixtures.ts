// Matches as the desk would show them, invented, for the tests of this workbench.
import type { AttributeRow, Assessment, CaseOnScreen, Draft, GoldenField, LinkView, MatchPreview, MatchView, RecordView, Segment } from "../../ipc/types.gen";
import { caseOf } from "../fixtures";

const same = (text: string): Segment => ({ text, sort: "same", really: null });
const differs = (text: string): Segment => ({ text, sort: "differs", really: null });

function row(attribute: string, label: string, texts: readonly (string | null)[], compared: boolean): AttributeRow {
  const present = texts.filter((text) => text !== null);
  const common = present.toSorted((a, b) => present.filter((t) => t === b).length - present.filter((t) => t === a).length)[0];
  return {
    attribute, label, value_type: "text", sensitivity: "internal", masked: false, equal: new Set(present).size <= 1, compared,
    cells: texts.map((text) => ({ text: text ?? "", missing: text === null, segments: text === null ? [] : [text === common ? same(text) : differs(text)], majority: text === common })),
  };
}

function record(id: string, letter: string, name: string, system: string): RecordView {
  return { id, letter, name, system, updated_at: "2026-03-02T09:00:00Z", url: null };
}

const NAMES = ["Harbour Mill Bakery", "Harbor Mill Bakery Ltd", "Harbour Mill Bakery", "Mill Street Bakery", "Harbour Mills", "Millbrook Bakehouse", "Harbour Mill", "The Old Mill"];
const PHONES = ["555 0142", "555 0142", "555 0142", "555 0199", "555 0142", null, "555 0142", "555 0101"];
const SYSTEMS = ["CRM", "Billing", "Support", "CRM", "Web shop", "Billing", "Support", "CRM"];

export const PAIR_LINK: LinkView = {
  left: "r1", right: "r2", probability: 0.981, probability_text: "98.1 %", weight: 5.7, weight_text: "+5.7", prior: -8, prior_text: "−8.0", prior_words: "about 1 pair in 257 the same",
  evidence: [
    { attribute: "name", level: "Jaro-Winkler > 0.92", similarity: 0.95, weight: 7.1, weight_text: "+7.1", factor: null, from: -8, to: -0.9 },
    { attribute: "name", level: "term frequency", similarity: null, weight: -1.2, weight_text: "−1.2", factor: null, from: -0.9, to: -2.1 },
    { attribute: "phone", level: "equal", similarity: 1, weight: 7.8, weight_text: "+7.8", factor: null, from: -2.1, to: 5.7 },
  ],
  adds_up: true, sum_words: "prior and three attributes, adds up",
};

function scored(a: number, b: number, weight: number): LinkView {
  const text = `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(1)}`;
  return { ...PAIR_LINK, left: `r${a}`, right: `r${b}`, weight, weight_text: text, probability: weight > 0 ? 0.9 : 0.1, probability_text: weight > 0 ? "90.0 %" : "10.0 %", prior: null, prior_text: null, prior_words: null, evidence: [], adds_up: false, sum_words: "the evidence wasn't sent" };
}

/** `count` records, as columns up to five; links along the chain, the first with its evidence. */
export function matchOf(count: number, { blind = false }: { blind?: boolean } = {}): MatchView {
  const columns = count <= 5;
  const at = (index: number) => index % NAMES.length;
  const all = Array.from({ length: count }, (_, index) => index);
  const letter = (index: number) => String.fromCharCode((columns ? 65 : 97) + (index % 26));
  return {
    entity_type: "site", layout: columns ? "columns" : "rows",
    records: all.map((index) => record(`r${index + 1}`, letter(index), NAMES[at(index)] ?? "", SYSTEMS[at(index)] ?? "")),
    rows: [
      row("name", "Name", all.map((index) => NAMES[at(index)] ?? null), !blind),
      row("phone", "Phone", all.map((index) => PHONES[at(index)] ?? null), !blind),
      row("city", "City", all.map((index) => (index === 1 ? null : "Leith")), false),
    ],
    links: blind ? [] : [PAIR_LINK, ...all.slice(2).map((index) => scored(index, index + 1, index % 2 === 0 ? 6.4 : -3.2))],
    equal_in_all: [{ attribute: "city", words: "City Leith, where given", masked_words: null }], suggested_clusters: null,
  };
}

interface Verdict {
  clusters: string[][];
  unsure?: string[][];
  survivors?: (Record<string, { record: string } | { value: unknown }> | null)[];
}

/** The golden record of one group as the desk would preview it: the first record that has a value, unless somebody kept another. */
function golden(view: MatchView, ids: readonly string[], picks: Record<string, { record: string } | { value: unknown }>): GoldenField[] {
  return view.rows.flatMap(({ attribute, label, cells }) => {
    const pick = picks[attribute];
    if (pick !== undefined && "value" in pick) return [{ attribute, label, text: String(pick.value), records: [], chosen: true }];
    const of = (id: string) => cells[view.records.findIndex((r) => r.id === id)];
    const from = pick?.record ?? ids.find((id) => of(id)?.missing === false);
    return from === undefined ? [] : [{ attribute, label, text: of(from)?.text ?? "", records: [from], chosen: pick !== undefined }];
  });
}

/** What the desk would answer to a draft, as far as these tests need it. */
export function assessed(view: MatchView, draft: Draft): Assessment {
  const verdict = draft.verdict as unknown as Verdict | null;
  const clusters = verdict?.clusters ?? [view.records.map((r) => r.id)];
  const placed = new Set(clusters.flat());
  const open = view.records.find((r) => !placed.has(r.id));
  const pair = view.records.length === 2;
  const preview: MatchPreview = {
    golden: clusters.flatMap((ids, cluster) => (ids.length < 2 ? [] : [{ cluster, fields: golden(view, ids, verdict?.survivors?.[cluster] ?? {}) }])),
    clusters: clusters.map((ids, index) => ({ number: index + 1, records: ids.length, weakest_kept: "A – B +5.7 98 %", strongest_cut: null })),
    words: pair ? "" : "Some pairs are kept together, others apart.",
    unsure_words: (verdict?.unsure?.length ?? 0) > 0 ? `${verdict?.unsure?.length} pair can’t be told` : null,
  };
  const refusal = verdict === null ? { code: "nothing_chosen", text: pair ? "Choose Same or Different" : "No groups yet", pointer: null }
    : open === undefined ? null : { code: "invalid_verdict", text: `${open.letter} lies in no group`, pointer: "/clusters" };
  const apart = verdict !== null && clusters.length > 1;
  return {
    refusal, agreement: verdict === null ? "no_suggestion" : apart ? "override" : "agree", commit_label: pair ? "Same" : "Save groups",
    overrides: apart ? "Overrides: Same, 98 %" : null, irreversible: false, negative: false, ahead: null, match_preview: preview, call_previews: [],
  };
}

const EMPTY: Draft = { verdict: null, cannot_tell: false, reasons: [], comment: null };

export function matchCase(view: MatchView, more: Partial<CaseOnScreen> = {}): CaseOnScreen {
  return caseOf({ kind: "identity_match", view }, {
    id: "01930000-0000-7000-8000-0000000000aa", queue: "sites", queue_title: "Sites", title: "Harbour Mill Bakery",
    suggestion: { id: "s1", words: "Same, 98 %", by_words: "splink 4.0.17", by: null, rationale: null, verdict: { clusters: [["r1", "r2"]] } },
    reasons: [{ code: "typing_error", label: "Typing error" }, { code: "shared_phone", label: "Shared phone" }, { code: "moved", label: "Moved" }],
    draft: EMPTY, assessment: assessed(view, EMPTY), ...more,
  });
}

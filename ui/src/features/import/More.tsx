// What an import is seldom told: folded away, since a guess or the file says it.
import { Area, Field } from "../../kit/Field";
import { Icon } from "../../kit/Icon";
import type { Typed } from "./asked";
import { Column } from "./Column";
import css from "./Import.module.css";

export function More({ typed, columns, error, onType }: { typed: Typed; columns: readonly string[] | undefined; error: string | undefined; onType: (part: Partial<Typed>) => void }) {
  const entity = (usual: string, help: string) => <Field label="Entity type" value={typed.entityType} placeholder={usual} onChange={(e) => onType({ entityType: e.target.value })} help={help} />;
  return (
    <details className={css.more} open={error !== undefined || undefined}>
      <summary><Icon name="down" small />More</summary>
      <div className={css.form}>
        {typed.format === "cases" && <Field label="Source" value={typed.source} placeholder="as the cases say" onChange={(e) => onType({ source: e.target.value })} help="Replaces what the cases say." />}
        {typed.format === "claims" && entity("entity", "What the entities are, where the file doesn’t say.")}
        {typed.format === "splink" && (
          <>
            <div className={css.two}>
              <Column label="System column" none="Guessed" value={typed.system} columns={columns} onType={(system) => onType({ system })} help="Which system a record is from." />
              {entity("record", "What the records are: site, customer.")}
            </div>
            <Area
              label="Comparisons and columns" value={typed.map} rows={3} mono placeholder="name_norm = site_name" error={error} onChange={(e) => onType({ map: e.target.value })}
              help="Which record column a comparison is made from, one a line. Nothing after = keeps the two apart."
            />
          </>
        )}
      </div>
    </details>
  );
}

"""Whether Splink counts every row of an exported labels table.

Builds a linker over the records with fixed weights, runs its own accuracy analysis on the labels (and, given matches,
its estimation of m), and prints what it counted as JSON. Exit 0: every row was counted; 1: not.
With --source-dataset the records are cut into one input per value of that column, and linked.
"""

import argparse
import json
import sys
import warnings

import pandas as pd
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", required=True)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--matches")
    parser.add_argument("--id", default="unique_id")
    parser.add_argument("--source-dataset")
    return parser.parse_args()


def linker(records, id_column, source_dataset):
    columns = [column for column in records.columns if column not in (id_column, source_dataset)]
    # Fixed and all different, so that scores differ and nothing has to be learnt.
    comparisons = [
        cl.ExactMatch(column).configure(m_probabilities=[0.9, 0.1], u_probabilities=[u := 0.02 + 0.01 * place, 1 - u])
        for place, column in enumerate(columns)
    ]
    settings = SettingsCreator(
        link_type="link_and_dedupe" if source_dataset else "dedupe_only",
        unique_id_column_name=id_column,
        probability_two_random_records_match=0.004,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(columns[0])],
    )
    if source_dataset:
        # A column of this name stands in for the inputs' table names, which couldn't hold every name.
        named = records.rename(columns={source_dataset: "source_dataset"})
        records = [part for _, part in named.groupby("source_dataset")]
    return Linker(records, settings, db_api=DuckDBAPI())


def main():
    warnings.filterwarnings("ignore")
    given = arguments()
    records = pd.read_csv(given.records, dtype=str)
    labels = pd.read_csv(given.labels, dtype=str).astype({"clerical_match_score": float})
    link = linker(records, given.id, given.source_dataset)
    table = link.table_management.register_labels_table(labels)
    analysis = link.evaluation.accuracy_analysis_from_labels_table(table, output_type="table").as_pandas_dataframe()
    counted = analysis.iloc[0] if len(analysis) else {"total_clerical_labels": 0, "p": 0, "n": 0}
    report = {
        "splink": splink.__version__,
        "rows": len(labels),
        "counted": int(counted["total_clerical_labels"]),
        "positives": int(counted["p"]),
        "negatives": int(counted["n"]),
        "thresholds": len(analysis),
    }
    if given.matches:
        matches = pd.read_csv(given.matches, dtype=str).astype({"clerical_match_score": float})
        link.training.estimate_m_from_pairwise_labels(link.table_management.register_labels_table(matches, overwrite=True))
        report["matches"] = len(matches)
    print(json.dumps(report))
    return 0 if report["counted"] == report["rows"] else 1


if __name__ == "__main__":
    sys.exit(main())

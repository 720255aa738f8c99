"""Whether `datasets.load_dataset("json")` reads exported files, each whole.

Prints per file how many rows and which columns it found, as JSON. Exit 0: every line is a row; 1: not.
"""

import json
import os
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

import datasets  # noqa: E402  (reads the environment when imported)


def check(path, cache):
    dataset = datasets.load_dataset("json", data_files=path, split="train", cache_dir=cache)
    with open(path, encoding="utf-8") as file:
        lines = sum(1 for _ in file)
    # Reading every row decodes it.
    first_roles = {message["role"] for row in dataset for message in row.get("prompt", [])[:1]}
    return {
        "file": os.path.basename(path),
        "lines": lines,
        "rows": len(dataset),
        "columns": dataset.column_names,
        "first_roles": sorted(first_roles),
    }


def main(paths):
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        files = [check(path, cache) for path in paths]
    print(json.dumps({"datasets": datasets.__version__, "files": files}))
    return 0 if all(file["rows"] == file["lines"] for file in files) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Imports Galley's schema.org JSON-LD with recipe-scrapers, the parser behind Mealie and Tandoor, and compares.

    python scripts/reference/check_recipes.py [--seed N] [--pages N]

Makes a built-in cookbook of its own, writes its recipes as JSON-LD (one file a recipe) and as JSON by the command line,
puts each JSON-LD document into an HTML page and reads it back. Title, ingredient lines, directions, time and yield have
to be the ones Galley wrote. Needs node (GALLEY_NODE) and recipe-scrapers; exits with 1 where anything differs.
"""

import argparse
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from recipe_scrapers import scrape_html

ROOT = Path(__file__).resolve().parents[2]


def galley(*arguments: str) -> None:
    subprocess.run([os.environ.get("GALLEY_NODE", "node"), "core/cli/main.ts", *arguments], cwd=ROOT, check=True)


def minutes(duration: str) -> int:
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", duration)
    days, hours, mins, seconds = (int(g or 0) for g in found.groups())
    return (days * 24 + hours) * 60 + mins + (1 if seconds >= 30 else 0)


def squeezed(text: str) -> str:
    """White space and entities as the parser's own clean-up leaves them."""
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def differences(document: dict) -> list[str]:
    data = json.dumps(document).replace("</", "<\\/")
    page = (
        "<!doctype html><html lang=en><head><title>A page</title>"
        f'<script type="application/ld+json">{data}</script></head><body></body></html>'
    )
    scraper = scrape_html(page, org_url="https://example.org/recipe", supported_only=False)
    found = []

    def compare(what: str, ours, theirs) -> None:
        if ours != theirs:
            found.append(f"{what}: wrote {ours!r}, read {theirs!r}")

    compare("title", squeezed(document["name"]), squeezed(scraper.title()))
    compare(
        "ingredients",
        [squeezed(line) for line in document["recipeIngredient"]],
        [squeezed(line) for line in scraper.ingredients()] if document["recipeIngredient"] else [],
    )
    steps = [squeezed(step["text"]) for step in document["recipeInstructions"]]
    if steps:
        compare("directions", steps, [squeezed(line) for line in scraper.instructions_list()])
    if "cookTime" in document:
        compare("cook time", minutes(document["cookTime"]), scraper.cook_time())
    if re.match(r"\d+ ", document.get("recipeYield", "")):
        compare("yield", document["recipeYield"].split()[0], scraper.yields().split()[0])
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="galley-recipes-") as folder:
        pages = Path(folder, "pages")
        galley("demo-data", "--pages", str(options.pages), "--seed", str(options.seed), "--out_dir", str(pages))
        galley("label", "--pages", str(pages / "pages.jsonl"), "--gold_labels", str(pages / "labels.jsonl"),
               "--out_dir", str(Path(folder, "full")))
        wrong = read = 0
        for source in ("gold", "weak"):
            out = Path(folder, source)
            galley("recipes", "--dataset_dir", str(Path(folder, "full")), "--source", source, "--per", "recipe",
                   "--out", str(out))
            for file in sorted(out.glob("*.jsonld")):
                read += 1
                for difference in differences(json.loads(file.read_text(encoding="utf-8"))):
                    wrong += 1
                    print(f"{source}/{file.name}: {difference}")
    print(f"recipe-scrapers {version('recipe-scrapers')}: {read} recipes read, {wrong} differences")
    return 1 if wrong or not read else 0


if __name__ == "__main__":
    sys.exit(main())

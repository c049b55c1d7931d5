"""``python -m tests.accessibility``: what the tests compare pages with, written anew from the demonstration."""

import click

from tests.accessibility.main_pages import opened
from tests.accessibility.reading_tree import reading_tree
from tests.accessibility.test_the_reading_tree import TREES


@click.command(help="Write the reading trees of the main pages, to be reviewed as code is.")
def main() -> None:
    TREES.mkdir(exist_ok=True)
    for name, page in opened():
        (TREES / f"{name}.txt").write_text(reading_tree(page), encoding="utf-8")
        click.echo(f"{name}.txt")


if __name__ == "__main__":
    main()

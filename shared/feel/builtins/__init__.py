"""The functions of the language (DMN 1.5, 10.3.4), one module for each family; importing this registers them."""

from shared.feel.builtins import contexts, conversion, dates, lists, numbers, ranges, statistics, text

__all__ = ["contexts", "conversion", "dates", "lists", "numbers", "ranges", "statistics", "text"]

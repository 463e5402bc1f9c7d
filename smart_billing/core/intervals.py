"""Sets of days as sorted lists of half-open intervals that neither overlap nor touch."""
from collections.abc import Iterable
from datetime import date

Interval = tuple[date, date]
Days = list[Interval]


def union(intervals: Iterable[Interval]) -> Days:
    """All days of the intervals; touching intervals grow together."""
    merged: Days = []
    for begin, end in sorted(intervals):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((begin, end))
    return merged


def subtract(days: Days, taken: Iterable[Interval]) -> Days:
    """The days that are not taken."""
    left = days
    for begin, end in taken:
        rest: Days = []
        for first, last in left:
            if end <= first or last <= begin:
                rest.append((first, last))
                continue
            if first < begin:
                rest.append((first, begin))
            if end < last:
                rest.append((end, last))
        left = rest
    return left


def intersect(days: Days, others: Days) -> Days:
    """The days in both sets."""
    found: Days = []
    for first, last in days:
        for begin, end in others:
            low, high = max(first, begin), min(last, end)
            if low < high:
                found.append((low, high))
    return found


def split(days: Days, cuts: Iterable[date]) -> Days:
    """The same days, with a border at every cut."""
    parts = days
    for cut in cuts:
        parts = [part for begin, end in parts for part in (
            ((begin, cut), (cut, end)) if begin < cut < end else ((begin, end),))]
    return parts

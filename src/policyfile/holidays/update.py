#!/usr/bin/env python3
"""Writes public.tsv anew from the package `holidays` (pip install holidays; python3 update.py).

A line is a name, its dates, and where the day is off. Dates are `12-25` for one that is the same each year, `*` and MMDD
for each year in turn where there is one a year, or YYMMDD and commas. A region has what its country has, and more; what
it has not stands in lines named `-`. The first line names every country and region there is.
"""

import collections
import re
import warnings
from pathlib import Path

import holidays

FIRST, LAST = 2020, 2040
YEARS = range(FIRST, LAST + 1)
HEAD = f"# Public holidays from {FIRST} to {LAST}, by update.py from `holidays` {holidays.__version__}; see LICENSE\n"


def days(country, region=None):
    wanted = {"subdiv": region, "years": YEARS}
    try:
        found = holidays.country_holidays(country, language="en_US", **wanted)
    except Exception:  # Not every country has English names.
        found = holidays.country_holidays(country, **wanted)
    return {day: name for day, name in found.items() if day.year in YEARS}


def dates(days):
    per_year = collections.Counter(day.year for day in days)
    once_a_year = len(days) == len(YEARS) and set(per_year.values()) == {1}
    if once_a_year and len({(day.month, day.day) for day in days}) == 1:
        return days[0].strftime("%m-%d")
    if once_a_year:
        return "*" + "".join(day.strftime("%m%d") for day in days)
    return ",".join(day.strftime("%y%m%d") for day in days)


def lines(days):
    by_name = collections.defaultdict(list)
    for day, names in sorted(days.items()):
        by_name[re.sub(r"\s+", " ", names.split("; ")[0])].append(day)
    return [(name, dates(found)) for name, found in by_name.items()]


def main():
    warnings.simplefilter("ignore")
    places, off = [], collections.defaultdict(list)
    for country, regions in sorted(holidays.list_supported_countries(include_aliases=False).items()):
        if not re.fullmatch("[A-Z]{2}", country):
            continue
        national = days(country)
        places.append(country)
        for line in lines(national):
            off[line].append(country)
        for region in regions:
            if not re.fullmatch("[A-Z0-9]{1,3}", region):
                continue
            place = f"{country}-{region}"
            places.append(place)
            regional = days(country, region)
            for line in lines({day: name for day, name in regional.items() if day not in national}):
                off[line].append(place)
            missing = sorted(day for day in national if day not in regional)
            if missing:
                off["-", dates(missing)].append(place)
    rows = [("", "", places)] + [(name, when, where) for (name, when), where in sorted(off.items())]
    text = HEAD + "".join(f"{name}\t{when}\t{' '.join(where)}\n" for name, when, where in rows)
    Path(__file__).with_name("public.tsv").write_text(text)


if __name__ == "__main__":
    main()

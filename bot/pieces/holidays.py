"""Public holidays by country and region, from the `holidays` library, loaded when first asked for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a country (ISO 3166 code, such as DE) or of a region in it (BY), as a set of dates.

    Give it wherever `off` is asked for: ``day in Holidays("DE", "BY")``. A place that is not known has none.
    """

    country: str
    region: str = ""

    @classmethod
    def of(cls, place: str) -> Holidays:
        """The holidays of a place as people keep it in their settings: ``DE`` or ``DE-BY``; empty has none."""
        country, _, region = place.partition("-")
        return cls(country, region)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in public_holidays(self.country, self.region, day.year)

    def name(self, day: date) -> str | None:
        """What the holiday of this date is called, in English where the library has it; None on other days."""
        return public_holidays(self.country, self.region, day.year).get(day)


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year, date to name; empty for a place that is not known."""
    if not country or why_not_place(country, region) is not None:
        return MappingProxyType({})
    import holidays  # Takes 150 ms to import; most processes never ask.

    language = "en_US" if "en_US" in _languages(country) else None
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=language)
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})


def why_not_place(country: str, region: str = "") -> str | None:
    """Why the holidays of this place cannot be known, as a sentence with what would work; None if they can."""
    countries = _countries()
    if country not in countries:
        near = difflib.get_close_matches(country.strip().upper(), countries, n=1, cutoff=0.6)
        hint = f"Did you mean {near[0]}?" if near else "Write the two letters of the country, such as DE or IN."
        return f'I don\'t know the holidays of "{country}". {hint}'
    if region and region not in countries[country]:
        regions = countries[country]
        if not regions:
            return f'I know the holidays of {country}, but of no regions in it. Leave "{region}" out.'
        return f'I don\'t know the region "{region}" of {country}. I know {", ".join(regions)}.'
    return None


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    import holidays

    return MappingProxyType({code: tuple(regions) for code, regions in holidays.list_supported_countries().items()})


@cache
def _languages(country: str) -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_localized_countries().get(country, ()))

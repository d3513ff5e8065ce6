"""Who takes part in a virtual trial: sites with French names and zones, patients with fictitious telephones.

The telephones are of the ranges that Arcep (decision 2018-0881, numbering plan) keeps for works of fiction, so that a
slip can ring at nobody's: 06 39 98 xx xx for patients, 01 99 00 xx xx for sites.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pro_service.gateways.simulated_carrier.numbers import BEHAVIOURS
from pro_service.services.simulation.cohort.draws import chance, on_curve, pick_weighted, stream, whole
from pro_service.services.simulation.scenario.model import Accrual, Hours, People

PARIS = "Europe/Paris"
#: The sites that lie overseas, by their place in the list: an hour's slip of zone shows there first.
OVERSEAS = {4: "Indian/Reunion", 7: "America/Guadeloupe"}

SITE_NUMBERS = 10_000
PATIENT_NUMBERS = 9_900  # the carrier keeps the last hundred for phones with faults
_STRIDE = 7_919  # shares no factor with PATIENT_NUMBERS: steps of it come round only after all were used

KINDS = ("Centre hospitalier de", "Institut de cancérologie de", "Clinique de", "CHU de")
PLACES = (
    "Valbruyère", "Port-Lévain", "Rochemare", "Saint-Aurin", "Montcendre", "Clairvigne", "Hautefage-sur-Orle",
    "Bellombre", "Villarsac", "Trégomeur-les-Pins", "Aubeterive", "Longuefontaine", "Marsolière", "Puyvallon",
    "Grandloup", "Essarville", "Kerlouan-Bihan", "Beauséjour-le-Vieux", "Fontarède", "Lormevent", "Castelroux",
    "Sainte-Ombline", "Vertemare", "Brumelles", "Argencelle", "Orvannes", "Ravelours", "Mirecombe", "Touvenelle",
    "Esquillon", "Pontarbre", "Chantevent", "Noircastel", "Belvezin", "Saint-Eutrope-d'Ayre", "Varennelle",
    "Quatrechênes", "Lissandre", "Mornevaux", "Aiguelongue",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VirtualSite:
    """A centre of the simulation. `nurse` is the login of its one nurse."""

    code: str
    name: str
    time_zone: str
    phone: str
    nurse: str


@dataclass(frozen=True, kw_only=True)
class VirtualPatient:
    """Who a simulated participant is, and the day on which the site enrols them."""

    code: str
    site: VirtualSite
    phone: str
    language: str
    sms_items: bool
    age: int
    enrolled_on: date


def make_sites(count: int) -> tuple[VirtualSite, ...]:
    """`count` sites, numbered from 01. Raises ValueError beyond the numbers kept for fiction."""
    if not 1 <= count <= SITE_NUMBERS:
        raise ValueError(f"between 1 and {SITE_NUMBERS} sites can be simulated, not {count}")
    return tuple(_site(index) for index in range(count))


def _site(index: int) -> VirtualSite:
    code = f"{index + 1:02}"
    kind = KINDS[(index + index // len(PLACES)) % len(KINDS)]
    return VirtualSite(
        code=code,
        name=f"{kind} {PLACES[index % len(PLACES)]}",
        time_zone=OVERSEAS.get(index, PARIS),
        phone=f"+3319900{index:04}",
        nurse=f"nurse-{code}",
    )


def make_patients(
    seed: int,
    *,
    count: int,
    sites: tuple[VirtualSite, ...],
    starts_on: date,
    accrual: Accrual,
    people: People,
    hours: Hours,
    languages: tuple[str, ...] = ("fr",),
) -> tuple[VirtualPatient, ...]:
    """`count` patients in order of enrolment, numbered within their site.

    Recruitment begins at `starts_on` with few open sites, and is done `accrual.days` later. `languages` are those of
    the study, the usual one first.
    """
    if not 0 <= count <= PATIENT_NUMBERS:
        raise ValueError(
            f"at most {PATIENT_NUMBERS} patients can be simulated (telephones of fiction), not {count}"
        )
    arrivals = sorted(_arrival(seed, index, sites, accrual) for index in range(count))
    phones = _telephones(seed, count, every=people.faulty_phone_every)
    seen = dict.fromkeys(range(len(sites)), 0)
    patients = []
    for (day, place), phone in zip(arrivals, phones, strict=True):
        seen[place] += 1
        code = f"{sites[place].code}-{seen[place]:03}"
        rng = stream(seed, "person", code)
        patients.append(
            VirtualPatient(
                code=code,
                site=sites[place],
                phone=phone,
                language=_language(rng.random(), languages, people.second_language),
                sms_items=chance(rng, people.sms_items),
                age=int(on_curve(stream(seed, "age", code), people.ages)),
                enrolled_on=hours.working_day(starts_on + timedelta(days=day)),
            )
        )
    return tuple(patients)


def _telephones(seed: int, count: int, *, every: int) -> tuple[str, ...]:
    """A number for each patient, all different; a few of them of phones that are off, full or not there."""
    faulty = iter(BEHAVIOURS)
    first = whole(stream(seed, "telephones"), 0, PATIENT_NUMBERS - 1)
    ordinary = (f"+3363998{(first + rank * _STRIDE) % PATIENT_NUMBERS:04}" for rank in range(count))
    return tuple(
        next(faulty, phone) if every and rank % every == every - 1 else phone
        for rank, phone in enumerate(ordinary)
    )


def _arrival(seed: int, index: int, sites: tuple[VirtualSite, ...], accrual: Accrual) -> tuple[int, int]:
    """(day, site): sites open one after another in the first part of recruitment, and large sites come first."""
    rng = stream(seed, "arrival", str(index))
    place = pick_weighted(rng, [(place, 1 + 2 / (1 + place % 7)) for place in range(len(sites))])
    opening = Fraction(accrual.opening_share).limit_denominator(
        100
    )  # a third is a third, whatever its digits
    opens = int(accrual.days * place * opening / len(sites))
    return opens + int(rng.random() * max(accrual.days - opens, 1)), place


def _language(luck: float, languages: tuple[str, ...], second: float) -> str:
    return languages[-1] if luck < second else languages[0]

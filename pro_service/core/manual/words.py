"""The words in which rules, directions and sittings of an instrument are told, French first and English beside it."""

from collections.abc import Mapping

Words = Mapping[str, str]


def _both(fr: str, en: str) -> Words:
    return {"fr": fr, "en": en}


#: How a score is made, by the code of its rule.
RULES: Mapping[str, Words] = {
    "mean_transform": _both(
        "moyenne des réponses, ramenée à 0-100", "mean of the answers, moved to a scale of 0 to 100"
    ),
    "sum": _both("somme des réponses", "sum of the answers"),
    "summary": _both("moyenne d'échelles de 0 à 100", "mean of scales of 0 to 100"),
    "state": _both("les réponses côte à côte", "the answers as digits side by side"),
    "item_value": _both("la réponse elle-même", "the answer itself"),
    "value_set": _both(
        "indice selon la table de valeurs choisie par l'étude", "index by the value set that the study chose"
    ),
    "facit_prorate": _both(
        "somme des réponses, portée au nombre de questions", "sum of the answers, prorated to all items"
    ),
    "facit_total": _both("somme d'échelles", "sum of scales"),
    "table_lookup": _both(
        "somme des réponses, lue dans une table", "sum of the answers, looked up in a table"
    ),
    "composite_grade": _both(
        "grade lu dans une table des réponses", "grade looked up in a table of the answers"
    ),
}
INVERTED = _both(", puis 100 moins ce score", ", then 100 minus that")
TURNED = _both(" ; inversés : {codes}", "; turned round: {codes}")
PARTS = _both(" ; échelles : {codes}", "; scales: {codes}")

#: When a scale is scored although answers are missing, by the code of the rule.
MISSING: Mapping[str, Words] = {
    "complete": _both("toutes les réponses", "every answer"),
    "at_least_half": _both("au moins la moitié des réponses", "at least half of the answers"),
    "study_choice": _both("au choix de l'étude", "as the study chose"),
    "more_than_half": _both("plus de la moitié des réponses", "more than half of the answers"),
    "more_than_80_percent": _both("plus de 80 % des réponses", "more than 80% of the answers"),
}

DIRECTIONS: Mapping[str, Words] = {
    "better": _both("haut = mieux", "high = better"),
    "worse": _both("haut = pire", "high = worse"),
    "none": _both("aucun", "neither"),
}

SAME_DAY = _both(
    "le jour de la première réponse, à l'heure du patient",
    "the day of the first answer, on the patient's clock",
)
HOURS = _both("{n} heures depuis la première réponse", "{n} hours from the first answer")
ASKED_IF = _both("si {item} est au-dessus de {above}", "if {item} is above {above}")
UNKNOWN = _both("dépend de la table de valeurs", "depends on the value set")
UNEVEN = _both("inégal", "uneven")
EVERY_ITEM = _both("toutes", "all")

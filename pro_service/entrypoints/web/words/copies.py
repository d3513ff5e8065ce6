"""The words of the page of certified copies in French and English."""

from collections.abc import Mapping

COPIES: Mapping[str, tuple[str, str]] = {
    "copies": ("Copies certifiées", "Certified copies"),
    "copies.lead": (
        (
            "Chaque nuit, une copie des données de votre centre : PDF, tableaux CSV et manifeste signé. Elle reste "
            "lisible après un verrou. Ni le promoteur ni le service ne peuvent l'effacer d'ici."
        ),
        (
            "Every night a copy of your site's data: PDF, CSV tables and a signed manifest. It stays readable after a "
            "lock. Neither the sponsor nor the service can remove it from here."
        ),
    ),
    "copies.of": ("Centre {site}", "Site {site}"),
    "copies.none": ("Aucune copie encore.", "No copy yet."),
    "copies.make": ("Faire une copie maintenant", "Make a copy now"),
    "copies.key": (
        "Clé publique pour vérifier (flask copies verify) : {public}",
        "Public key to check with (flask copies verify): {public}",
    ),
    "col.copy": ("Copie", "Copy"),
    "col.copy_on": ("Du", "Of"),
    "col.copy_size": ("Taille", "Size"),
    "copies.kilobytes": ("{n} ko", "{n} kB"),
    "notice.copy_made": ("Copie faite.", "Copy made."),
    "notice.copy_unchanged": (
        "Rien n'a changé depuis la dernière copie.",
        "Nothing has changed since the last copy.",
    ),
}

"""The codes of where data come from and what became of them: who entered what and why."""

from pro_service.core.dataset.model import codelist

PROVENANCE = (
    codelist(
        "originator",
        patient=("le patient", "the patient"),
        staff=("le centre, sous la dictée du patient", "the site, as the patient said it"),
        proxy=("un proche, à la place du patient", "somebody else, for the patient"),
    ),
    codelist(
        "entry_reason",
        preferred=("préférence du patient", "the patient prefers it"),
        no_device=("pas d'appareil ou de réseau", "no device or connection"),
        service_down=("panne du service", "link, page or messages did not work"),
        too_ill=("trop malade", "too ill"),
        cannot_read=("difficulté à lire ou à écrire", "difficulty in reading or writing"),
        language=("langue", "language"),
        at_visit=("répondu pendant une visite", "answered during a visit"),
        other_system=("formulaire d'un autre système", "a form of another system"),
        other=("autre motif", "another reason"),
        not_asked=("non demandé à l'époque", "not asked for at the time"),
    ),
)

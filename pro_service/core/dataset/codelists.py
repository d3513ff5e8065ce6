"""The codes that stand in an export and what they mean, in French and English."""

from collections.abc import Iterable, Mapping

from pro_service.core.course import RESULT_DISCLOSED
from pro_service.core.dataset.codelists_provenance import PROVENANCE
from pro_service.core.dataset.model import LANGUAGES, Codelist, codelist
from pro_service.core.instrument import Instrument, Item
from pro_service.core.protocol import Protocol

MERGED = "merged"
SKIPPED = "skipped"
#: As core.alerts stores it; alerts stored before it did say nothing, and mean the same.
NOT_APPLIED = "not_applied"


#: Reasons that the service itself gives; those of the schedule are explained by core.plan.
SERVICE_REASONS = codelist(
    "service_reason",
    window_open=("la période de réponse est ouverte", "the window is open"),
    first_answer=("une première réponse est là", "a first answer is here"),
    all_completed=("tous les questionnaires sont remplis", "every instrument is complete"),
    window_over_unanswered=("période terminée sans réponse", "the window closed without an answer"),
    window_over_unfinished=("période terminée avant la fin", "the window closed before the end"),
    window_over_before_known=("connue après la fin de la période", "known only after the window had closed"),
    wording_missing=("aucun texte sous licence : rien envoyé", "no licensed wording: nothing was sent"),
    wording_there=("le texte sous licence est là", "the licensed wording is there"),
    wording_lapsed=(
        "terminée sans réponse, sans texte sous licence à la fin",
        "the window closed without an answer and, at its end, without licensed wording",
    ),
).codes

_PLAN_REASONS = codelist(
    "plan_reason",
    phase=("la phase ne le permet pas", "the phase on the due date does not allow it"),
    no_window=("aucun jour pour répondre", "no day is left to answer on"),
    merged=("remplacée par une autre", "replaced by another timepoint"),
    no_anchor=("l'événement n'est plus là", "the event it hung on is gone"),
    over_maximum=("événement déjà suivi assez de fois", "the event is followed up no more times"),
    restarted=("le calendrier recommence avant", "the schedule begins anew before it"),
    stopped=("n'est plus demandée à cette date", "no longer asked on that day"),
    asked_enough=("demandée assez de fois", "asked as often as it is to be"),
    too_close=("trop proche d'une autre", "too close to another timepoint"),
    expected=("attendue", "expected"),
    expected_late=("connue après la fermeture", "known only after it closed"),
    phase_allows=("attendue : la phase à cette date le permet", "expected: the phase on that day allows it"),
    not_held_back=(
        "attendue : ce qui l'écartait ne compte plus",
        "expected: what kept it out no longer counts",
    ),
    not_merged=("attendue : une autre ne la remplace pas", "expected: another does not replace it"),
    expected_provisionally=("attendue d'après la date prévue", "expected by the planned day"),
    became_a_fact=(
        "déplacée de la date prévue à la date réelle",
        "moved from the planned day to the actual one",
    ),
    due_moved=("date prévue déplacée", "due date moved"),
    close_moved=("fermeture déplacée", "closing moved"),
    open_moved=("ouverture déplacée", "opening moved"),
    content=("autres questionnaires", "other instruments"),
    amended=("autre version du protocole", "another version of the protocol"),
    amendment_undone=("changement de version annulé", "the change of version was undone"),
    visit_moved=("suit une visite déplacée", "follows a visit that moved"),
    visit_outside=("visite hors de la fenêtre : dates gardées", "visit outside the window: dates kept"),
    visit_followed=("suit une visite", "follows a visit"),
    visit_gone=("ne suit plus de visite", "no longer follows a visit"),
    without=("sans un questionnaire qui n'est plus demandé", "without an instrument no longer asked"),
).codes

_STATIC = (
    *PROVENANCE,
    codelist("yes_no", **{"1": ("oui", "yes"), "0": ("non", "no")}),
    codelist("language", fr=("français", "French"), en=("anglais", "English")),
    codelist(
        "form_state",
        planned=("à venir", "planned, its window has not opened"),
        open=("ouverte", "window open, nothing answered yet"),
        in_progress=("commencée", "window open, some answers"),
        completed=("complète", "every instrument complete"),
        partial=("incomplète", "window closed with some answers"),
        missed=("manquée", "window closed without an answer"),
        cancelled=("annulée", "no longer expected before it was begun"),
        not_applicable=("sans objet", "not to be asked of this patient"),
        merged=("fusionnée", "replaced by another timepoint from the start"),
        skipped=("non attendue", "its event happened, but it was never expected"),
    ),
    Codelist(name="form_reason", codes={**SERVICE_REASONS, **_PLAN_REASONS}),
    codelist(
        "version_change",
        enrolled=("à l'enregistrement", "with the enrolment"),
        migrated=("passage à un amendement", "moved by an amendment"),
        undone=("passage annulé", "the move was undone"),
    ),
    codelist(
        "response_state",
        in_progress=("commencée", "begun"),
        completed=("envoyée", "sent by the patient; scored"),
        closed=("fermée", "window closed first; what exists is scored"),
        superseded=("remplacée", "begun anew in a later sitting"),
    ),
    codelist(
        "mode",
        link=("page web par lien", "web page, by link"),
        sms=("SMS", "text messages"),
        paper=("papier, saisi par le centre", "paper, entered by the site"),
        phone=("téléphone, saisi par le centre", "telephone, entered by the site"),
        interview=("entretien, saisi par le centre", "interview, entered by the site"),
        tablet=("tablette du centre", "the site's tablet"),
        app=("application", "app"),
        form=("formulaire reçu, mode non dit", "form received, way of asking not told"),
    ),
    codelist(
        "absent_reason",
        too_many_missing=("trop de questions sans réponse", "too many items unanswered"),
        not_applicable=("sans objet pour ce patient", "does not apply to the patient"),
        filter=("question filtre : pas à poser", "not asked, by the answer to a filter item"),
        refused=("refus de répondre", "the patient preferred not to answer"),
        no_value_set=("aucune table de valeurs choisie", "the study chose no value set"),
    ),
    codelist(
        "unplanned",
        anchor_missing=("un fait manque", "a fact that gives the calendar its day is not recorded"),
        anchor_ahead=("un fait à venir", "such a fact takes effect later"),
        not_disclosed=("un résultat à annoncer", "such a result has not been told to the patient"),
        nothing_in_this_phase=("rien dans cette phase", "the phase asks for nothing"),
        day_too_early=("date prévue trop tôt", "the planned day lies before what must come first"),
        day_over=("date prévue dépassée", "the planned day has passed without its event"),
    ),
    codelist(
        "visit_state",
        planned=("prévue", "planned by the calendar alone"),
        scheduled=("programmée", "its day is fixed"),
        moved=("déplacée", "its day was fixed anew"),
        done=("faite", "done"),
        missed=("manquée", "missed"),
        overdue=("sans nouvelles", "over, and nobody said what became of it"),
        cancelled=("n'a plus lieu", "no longer takes place, by the phase on its day"),
    ),
    codelist(
        "severity", red=("rouge", "red"), amber=("orange", "amber"), info=("information", "information")
    ),
    codelist("side", below=("en dessous", "below"), above=("au-dessus", "above")),
    codelist(
        "status",
        checked=("vérifié à la source", "compared with its published source"),
        UNVERIFIED=("NON VÉRIFIÉ", "NOT compared with its published source"),
        assumed=("supposé, non signé", "assumed, not signed by the sponsor"),
        approved=("approuvé", "approved by the sponsor"),
    ),
    codelist(
        "threshold_status",
        checked=("vérifié à la source", "compared with its published source"),
        UNVERIFIED=("NON VÉRIFIÉ", "NOT compared with its published source"),
        not_applied=(
            "aucun seuil connu : non appliqué (points et pas de réponse seuls)",
            "no threshold known: not applied (points and answer steps alone)",
        ),
    ),
    codelist(
        "alert_state",
        new=("nouvelle", "new"),
        acknowledged=("prise en compte", "acknowledged"),
        in_progress=("en cours", "being worked on"),
        closed=("close", "closed"),
    ),
    codelist(
        "action",
        called=("patient appelé", "patient called"),
        advised=("conseil donné", "advice given"),
        visit_brought_forward=("visite avancée", "visit brought forward"),
        referred=("orienté", "referred"),
        no_action_needed=("rien à faire", "no action needed"),
        wrong_alert=("alerte erronée", "wrong alert"),
    ),
    codelist(
        "problem",
        finished_without_scores=("réponse finie sans score", "finished response without scores"),
        response_left_open=("réponse restée ouverte", "response left open on a closed form"),
        completed_without_response=("complète sans réponse", "form complete, but a response is not"),
        expected_without_row=("attendue mais absente", "expected, but not in the ledger"),
        expectation_outdated=("attente périmée", "expected_now differs from the plan"),
        unknown_protocol=("protocole inconnu", "protocol version without definition"),
        unknown_instrument=("questionnaire inconnu", "instrument without definition"),
        other_instrument_version=("autre version du questionnaire", "another version than the dictionary's"),
        unknown_item=("question inconnue", "item that the instrument does not have"),
        out_of_range=("valeur hors limites", "value outside the item's range"),
        device_clock_ahead=("horloge de l'appareil en avance", "device's clock far ahead"),
        older_scoring_rules=("anciennes règles de score", "scored by older rules only"),
        text_left_out=("texte libre omis", "free text left out"),
    ),
    codelist(
        "entry",
        table=("table", "table"),
        column=("colonne", "column"),
        codelist=("code d'une liste", "code of a code list"),
        protocol=("version du protocole", "protocol version"),
        alert_rule=("règle d'alerte", "alert rule"),
        instrument=("questionnaire", "instrument"),
        item=("question", "item"),
        scale=("échelle", "scale"),
    ),
)


def codelists(
    protocols: Iterable[Protocol], instruments: Iterable[Instrument]
) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every code list of a study by name: the fixed ones, those of its protocols, and its items' options."""
    found = {each.name: dict(each.codes) for each in _STATIC}
    for protocol in protocols:
        for name, codes in _of_protocol(protocol).items():
            found.setdefault(name, {}).update(codes)
    for instrument in instruments:
        for item in instrument.items:
            found.setdefault(options_name(instrument, item), _options(item))
    return {name: codes for name, codes in found.items() if codes}


def options_name(instrument: Instrument, item: Item) -> str:
    """The name of an item's list of options: that of the first item with the same ones. Empty without options."""
    if not item.options:
        return ""
    first = next(each for each in instrument.items if each.options == item.options)
    return f"{instrument.code}.{first.code}"


def _options(item: Item) -> dict[str, Mapping[str, str]]:
    return {str(option.value): option.label for option in item.options}


def _of_protocol(protocol: Protocol) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    rules = protocol.course

    def worded(codes: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
        return {code: {language: rules.word(code, language) for language in LANGUAGES} for code in codes}

    coded = {
        f"event_{name}": worded(
            value
            for fields in rules.fields.values()
            for each in fields
            if each.name == name
            for value in each.values
        )
        for name in ("result", "relation", "reason")
    }
    return {
        "visit_kind": {kind.id: kind.words for kind in protocol.visits.kinds.values()},
        "phase": worded(rules.phases),
        "event_type": worded((*rules.event_types, RESULT_DISCLOSED)),
        **coded,
    }

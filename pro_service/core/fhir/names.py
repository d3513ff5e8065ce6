"""The addresses and prefixes that a Questionnaire and its reader agree on."""

#: Reserved for documentation (RFC 2606): nobody's, until the product has an address of its own. It names, and need not
#: answer.
BASE = "https://pro-service.example/fhir"
#: Facts of ours that FHIR has no place for: the parts of an instrument, an item or a scale that nothing else says.
FACTS = f"{BASE}/StructureDefinition/facts"
#: Why a score has no expression.
NOT_CALCULATED = f"{BASE}/StructureDefinition/not-calculated"

_CORE = "http://hl7.org/fhir/StructureDefinition"
TRANSLATION = f"{_CORE}/translation"
ORDINAL_VALUE = f"{_CORE}/ordinalValue"
MIN_VALUE = f"{_CORE}/minValue"
MAX_VALUE = f"{_CORE}/maxValue"
SLIDER_STEP = f"{_CORE}/questionnaire-sliderStepValue"
ITEM_CONTROL = f"{_CORE}/questionnaire-itemControl"
HIDDEN = f"{_CORE}/questionnaire-hidden"
VARIABLE = f"{_CORE}/variable"
ABSENT_REASON = f"{_CORE}/data-absent-reason"
COMPLETION_MODE = f"{_CORE}/questionnaireresponse-completionMode"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"

ITEM_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
ABSENT_REASONS = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
PARTICIPATION_MODES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
DECLINED = "asked-declined"
LOINC = "http://loinc.org"
#: Where CDISC's codelists (C-codes) are kept.
NCI_THESAURUS = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"

#: linkIds: an item has its own code; what we put beside the items starts with one of these.
SCORES = "scores"
SCORE = "score-"
RECALL = "recall-"
INSTRUCTION = "instruction"
LOW = "low-"
HIGH = "high-"


def canonical(code: str) -> str:
    """The `url` of an instrument's Questionnaire, without its version."""
    return f"{BASE}/Questionnaire/{code}"


def answers_of(instrument: str, version: str, item: str) -> str:
    """The code system of one item's answers: a code means something for its item only."""
    return f"{BASE}/CodeSystem/{instrument}-{version}-{item}"


def cdisc_codes(codelist: str) -> str:
    """The system of CDISC's short test codes, for which nobody registered one: named for their codelist."""
    return f"{BASE}/CodeSystem/cdisc-{codelist}"

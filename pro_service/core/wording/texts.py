"""The words of every text we send, French and English side by side, as data.

Rules (tests/core/test_wording.py holds them): GSM-7 characters only, so no circumflex and no cedilla in French;
signed by the study's code; one idea a message; no name, no disease, no drug, no score; at most two segments when
filled. Placeholders stand in braces. `{link}` may stay unfilled until the moment of sending.
"""

from collections.abc import Mapping

#: Said in the first message and after every worrying text: nobody reads this service all the time.
_SAFETY = {
    "fr": "Ce service n'est pas surveillé en continu. En cas d'urgence: 15 ou 112. Votre centre: {phone}",
    "en": "This service is not monitored all the time. In an emergency: 15 or 112. Your centre: {phone}",
}

_INVITATIONS: Mapping[str, Mapping[str, str]] = {
    "first_invitation_one_way": {
        "fr": "{study}: un questionnaire vous attend, {minutes} min: {link} Ne plus recevoir: voir le lien. "
        + _SAFETY["fr"],
        "en": "{study}: a questionnaire is waiting for you, {minutes} min: {link} No more texts: see the link. "
        + _SAFETY["en"],
    },
    "first_invitation_two_way": {
        "fr": "{study}: un questionnaire vous attend, {minutes} min: {link} Arret: STOP. Aide: AIDE. "
        + _SAFETY["fr"],
        "en": "{study}: a questionnaire is waiting for you, {minutes} min: {link} Stop: STOP. Help: HELP. "
        + _SAFETY["en"],
    },
    "first_invitation_sms": {
        "fr": "{study}: {count} questions par SMS. Pour commencer, envoyez GO. Par internet: LIEN. Arret: STOP. "
        "Aide: AIDE. " + _SAFETY["fr"],
        "en": "{study}: {count} questions by text. To begin, send GO. On the web: LINK. Stop: STOP. Help: HELP. "
        + _SAFETY["en"],
    },
    "invitation_one_way": {
        "fr": "{study}: un questionnaire vous attend, {minutes} min: {link} Ne plus recevoir: voir le lien.",
        "en": "{study}: a questionnaire is waiting for you, {minutes} min: {link} No more texts: see the link.",
    },
    "invitation_two_way": {
        "fr": "{study}: un questionnaire vous attend, {minutes} min: {link} Arret: STOP. Aide: AIDE.",
        "en": "{study}: a questionnaire is waiting for you, {minutes} min: {link} Stop: STOP. Help: HELP.",
    },
    "invitation_sms": {
        "fr": "{study}: {count} questions par SMS. Pour commencer, envoyez GO. Par internet: LIEN. Arret: STOP.",
        "en": "{study}: {count} questions by text. To begin, send GO. On the web: LINK. Stop: STOP.",
    },
    "reminder_1": {
        "fr": "{study}: rappel, votre questionnaire vous attend, {minutes} min: {link} "
        "Ne plus recevoir: voir le lien.",
        "en": "{study}: reminder, your questionnaire is waiting, {minutes} min: {link} No more texts: see the link.",
    },
    "reminder_2": {
        "fr": "{study}: dernier rappel, votre questionnaire est ouvert jusqu'au {until}: {link} "
        "Ne plus recevoir: voir le lien.",
        "en": "{study}: last reminder, your questionnaire is open until {until}: {link} No more texts: see the link.",
    },
    "reminder_sms_1": {
        "fr": "{study}: rappel, vos questions par SMS vous attendent. Pour les voir, envoyez GO. Arret: STOP.",
        "en": "{study}: reminder, your questions by text are waiting. To see them, send GO. Stop: STOP.",
    },
    "reminder_sms_2": {
        "fr": "{study}: dernier rappel, vos questions par SMS sont ouvertes jusqu'au {until}. Envoyez GO. "
        "Arret: STOP.",
        "en": "{study}: last reminder, your questions by text are open until {until}. Send GO. Stop: STOP.",
    },
}

_QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "first_item": {
        "fr": "{study}: {number}/{total} {question} {choices}. Revenir: RETOUR. Passer: PASSER.",
        "en": "{study}: {number}/{total} {question} {choices}. Go back: BACK. Skip: SKIP.",
    },
    "first_item_needed": {
        "fr": "{study}: {number}/{total} {question} {choices}. Revenir: RETOUR. Plus tard: PLUS TARD.",
        "en": "{study}: {number}/{total} {question} {choices}. Go back: BACK. Later: LATER.",
    },
    "item": {
        "fr": "{study}: {number}/{total} {question} {choices}",
        "en": "{study}: {number}/{total} {question} {choices}",
    },
    "item_anew": {
        "fr": "{study}: du temps a passé. Pour que vos réponses aillent ensemble, nous reprenons au début. "
        "{number}/{total} {question} {choices}",
        "en": "{study}: some time has passed. So that your answers go together, we begin again. "
        "{number}/{total} {question} {choices}",
    },
    "ask_again": {
        "fr": "{study}: nous n'avons pas compris. Envoyez seulement le nombre. {question} {choices}",
        "en": "{study}: we did not understand. Send the number only. {question} {choices}",
    },
    "ask_when_able": {
        "fr": "{study}: la question reste ouverte. Quand vous le pourrez, envoyez le nombre: {question} {choices}",
        "en": "{study}: the question stays open. When you are able, send the number: {question} {choices}",
    },
    "cannot_skip": {
        "fr": "{study}: cette question demande une réponse. Sinon, envoyez PLUS TARD ou LIEN. {question} {choices}",
        "en": "{study}: this question needs an answer. Otherwise send LATER or LINK. {question} {choices}",
    },
    "no_previous": {
        "fr": "{study}: c'est la première question de cette partie. {question} {choices}",
        "en": "{study}: this is the first question of this part. {question} {choices}",
    },
}

_REPLIES: Mapping[str, Mapping[str, str]] = {
    "how_to_start": {
        "fr": "{study}: pour commencer, envoyez GO. Par internet: LIEN. Aide: AIDE. Arret: STOP.",
        "en": "{study}: to begin, send GO. On the web: LINK. Help: HELP. Stop: STOP.",
    },
    "later": {
        "fr": "{study}: d'accord, plus tard. Vos questions restent ouvertes. Pour les revoir, envoyez GO.",
        "en": "{study}: all right, later. Your questions stay open. To see them again, send GO.",
    },
    "offer_help": {
        "fr": "{study}: nous n'avons pas compris. Par internet: {link} ou appelez votre centre: {phone}",
        "en": "{study}: we did not understand. On the web: {link} or call your centre: {phone}",
    },
    "offer_link": {
        "fr": "{study}: merci. La suite est par internet: {link}",
        "en": "{study}: thank you. The rest is on the web: {link}",
    },
    "link_after": {
        "fr": "{study}: cette partie se termine par SMS, répondez à la question. La suite sera ici: {link}",
        "en": "{study}: this part is finished by text, please answer the question. The rest will be here: {link}",
    },
    "link_not_now": {
        "fr": "{study}: cette partie se termine par SMS. C'est la dernière: répondez à la question.",
        "en": "{study}: this part is finished by text. It is the last one: please answer the question.",
    },
    "thanks": {
        "fr": "{study}: merci, vos réponses sont bien arrivées. Il n'y a rien d'autre à faire.",
        "en": "{study}: thank you, we have your answers. There is nothing else to do.",
    },
    "no_open_question": {
        "fr": "{study}: merci, aucune question n'est ouverte. Pour joindre votre centre: {phone}",
        "en": "{study}: thank you, no question is open. To reach your centre: {phone}",
    },
    "unavailable": {
        "fr": "{study}: merci. Ces questions ne sont pas disponibles pour le moment. "
        "Nous prévenons votre centre: {phone}",
        "en": "{study}: thank you. These questions are not available at the moment. "
        "We are telling your centre: {phone}",
    },
    "too_late": {
        "fr": "{study}: merci. Ce questionnaire est clos: votre réponse arrive trop tard. Votre centre: {phone}",
        "en": "{study}: thank you. This questionnaire is closed: your reply came too late. Your centre: {phone}",
    },
    "closed": {
        "fr": "{study}: ce questionnaire n'est plus à remplir. Vous n'avez rien à faire. Merci.",
        "en": "{study}: this questionnaire is no longer needed. You have nothing to do. Thank you.",
    },
    "opt_out": {
        "fr": "{study}: c'est noté, vous ne recevrez plus de SMS. Pour reprendre: START. "
        "En cas d'urgence: 15 ou 112. Votre centre: {phone}",
        "en": "{study}: done, you will get no more texts. To start again: START. "
        "In an emergency: 15 or 112. Your centre: {phone}",
    },
    "opt_in": {
        "fr": "{study}: vous recevrez de nouveau nos SMS. Pour voir une question ouverte: GO. Arret: STOP.",
        "en": "{study}: you will get our texts again. To see an open question: GO. Stop: STOP.",
    },
    "help": {
        "fr": "{study}: revenir RETOUR, passer PASSER, plus tard PLUS TARD, internet LIEN, arret STOP. "
        "Mauvais numéro: ERREUR. " + _SAFETY["fr"],
        "en": "{study}: go back BACK, skip SKIP, later LATER, web LINK, stop STOP. Wrong number: WRONG. "
        + _SAFETY["en"],
    },
    "not_emergency": {"fr": "{study}: " + _SAFETY["fr"], "en": "{study}: " + _SAFETY["en"]},
    "wrong_person": {
        "fr": "{study}: pardon pour l'erreur. Nous n'enverrons plus de SMS à ce numéro.",
        "en": "{study}: sorry for the mistake. We will send no more texts to this number.",
    },
}

_STAFF: Mapping[str, Mapping[str, str]] = {
    "staff_alert": {
        "fr": "{study}: nouvelle alerte, centre {site}. Connectez-vous: {url}",
        "en": "{study}: new alert, centre {site}. Sign in: {url}",
    },
    "staff_alert_again": {
        "fr": "{study}: une alerte attend encore, centre {site}. Connectez-vous: {url}",
        "en": "{study}: an alert is still waiting, centre {site}. Sign in: {url}",
    },
    "staff_task": {
        "fr": "{study}: une action à faire, centre {site}. Connectez-vous: {url}",
        "en": "{study}: something to do, centre {site}. Sign in: {url}",
    },
    "staff_urgent_text": {
        "fr": "{study}: un message demande une lecture rapide, centre {site}. Connectez-vous: {url}",
        "en": "{study}: a message needs reading soon, centre {site}. Sign in: {url}",
    },
    "staff_alert_subject": {
        "fr": "{study}: nouvelle alerte, centre {site}",
        "en": "{study}: new alert, centre {site}",
    },
    "staff_digest": {
        "fr": "{study}: {count} à traiter, centre {site}. Connectez-vous: {url}",
        "en": "{study}: {count} to do, centre {site}. Sign in: {url}",
    },
}

TEXTS: Mapping[str, Mapping[str, str]] = {**_INVITATIONS, **_QUESTIONS, **_REPLIES, **_STAFF}

#: Which texts go to whom; the rest are patients'.
STAFF_KEYS = frozenset(_STAFF)
#: Texts around an item; their length depends on the item's wording, which belongs to its owner.
QUESTION_KEYS = frozenset(_QUESTIONS)

#: Pieces put into texts, never sent alone.
FRAGMENTS: Mapping[str, Mapping[str, str]] = {
    "range": {"fr": "un nombre de {low} à {high}", "en": "a number from {low} to {high}"},
}

"""The words of the pages of accounts: sessions, passwords, second factors, invitations, and the history of log-ins."""

from collections.abc import Mapping

ACCOUNTS: Mapping[str, tuple[str, str]] = {
    "mine": ("Mon compte", "My account"),
    "mine.sessions": ("Mes sessions", "My sessions"),
    "mine.device": ("Appareil", "Device"),
    "mine.source": ("Réseau", "Network"),
    "mine.since": ("Ouverte", "Started"),
    "mine.seen": ("Dernière activité", "Last activity"),
    "mine.current": ("celle-ci", "this one"),
    "mine.end": ("Fermer", "End"),
    "mine.end_others": ("Fermer toutes les autres", "End all others"),
    "mine.security": ("Sécurité", "Security"),
    "mine.change_password": ("Changer de mot de passe", "Change the password"),
    "mine.change_factor": ("Changer d'application d'authentification", "Change the authenticator app"),
    "mine.renew_codes": ("Nouveaux codes de secours", "New recovery codes"),
    "mine.codes_left.one": ("{n} code de secours utilisable.", "{n} recovery code can be used."),
    "mine.codes_left.many": ("{n} codes de secours utilisables.", "{n} recovery codes can be used."),
    "mine.history": ("Mes connexions", "My log-ins"),
    "mine.what": ("Événement", "Event"),
    "mine.when": ("Quand", "When"),
    "mine.who": ("Compte", "Account"),
    "mine.by": ("Par", "By"),
    "mine.reason": ("Motif", "Reason"),
    "mine.none": ("Rien pour l'instant.", "Nothing yet."),
    "mine.unknown": ("inconnu", "unknown"),
    "mine.wait": (
        "Trop d'essais. Attendez un quart d'heure, puis réessayez.",
        "Too many tries. Wait a quarter of an hour, then try again.",
    ),
    "out.logins": ("les lignes plus anciennes", "older lines"),
    "notice.session_closed": ("Session fermée.", "Session ended."),
    "notice.sessions_closed": (
        "Toutes vos autres sessions sont fermées.",
        "All your other sessions are ended.",
    ),
    "notice.password_changed": (
        "Mot de passe changé. Vos autres sessions sont fermées.",
        "Password changed. Your other sessions are ended.",
    ),
    "notice.joined": ("C'est enregistré.", "It is set."),
    # passwords
    "password.title": ("Changer de mot de passe", "Change the password"),
    "password.current": ("Mot de passe actuel", "Present password"),
    "password.new": ("Nouveau mot de passe", "New password"),
    "password.hint": (
        "12 caractères au moins, 128 au plus. Une phrase convient bien ; coller est permis. Sans date d'expiration.",
        "12 characters or more, 128 at most. A sentence does well; pasting is allowed. It does not expire.",
    ),
    "password.others": (
        "Toutes vos autres sessions seront fermées.",
        "All your other sessions will be ended.",
    ),
    # second factor
    "factor.title": ("Nouvelle application d'authentification", "A new authenticator app"),
    "factor.scan": (
        "Photographiez ce code avec l'application de votre téléphone, ou saisissez la clé.",
        "Scan this code with the app on your phone, or type the key.",
    ),
    "factor.picture": ("Code QR de la clé ci-dessous", "QR code of the key below"),
    "factor.secret": ("Clé", "Key"),
    "factor.code": ("Code affiché par l'application", "Code shown by the app"),
    "factor.code_hint": ("6 chiffres, renouvelés toutes les 30 secondes.", "6 digits, new every 30 seconds."),
    "factor.go": ("Vérifier et enregistrer", "Check and save"),
    "factor.voids": (
        "L'ancienne application et les anciens codes de secours ne vaudront plus.",
        "The old app and the old recovery codes will no longer be good.",
    ),
    # recovery codes
    "codes.title": ("Vos codes de secours", "Your recovery codes"),
    "codes.hint": (
        (
            "Affichés cette seule fois. Imprimez-les ou notez-les, et gardez-les loin de votre téléphone. "
            "Chacun remplace une fois le code de l'application."
        ),
        (
            "Shown this once. Print them or write them down, and keep them away from your phone. "
            "Each stands in for the app's code once."
        ),
    ),
    "codes.used": (
        (
            "Vous venez d'utiliser un code de secours. Les autres ne valent plus ; voici les nouveaux. "
            "Si votre téléphone est perdu, changez d'application d'authentification."
        ),
        (
            "You have just used a recovery code. The others are no longer good; here are new ones. "
            "If your phone is lost, change the authenticator app."
        ),
    ),
    "codes.onward": ("Je les ai notés, continuer", "I have noted them, go on"),
    # giving the second factor again
    "step_up.title": ("Confirmez que c'est vous", "Confirm that it is you"),
    "step_up.hint": (
        "Cette action demande de nouveau votre code. Il vaut 5 minutes.",
        "This action asks for your code again. It is good for 5 minutes.",
    ),
    "step_up.go": ("Confirmer", "Confirm"),
    # behind a one-time link
    "join.title": ("Activer un accès", "Set up your access"),
    "join.start": (
        "Ouvrez le lien qu'on vous a remis, ou collez-le ici.",
        "Open the link you were given, or paste it here.",
    ),
    "join.link": ("Lien à usage unique", "One-time link"),
    "join.go": ("Continuer", "Go on"),
    "join.gone": (
        "Ce lien n'est plus valable : il a servi, a plus de 72 heures ou a été remplacé. Demandez-en un autre.",
        "This link is no longer good: it was used, is older than 72 hours or was replaced. Ask for another.",
    ),
    "join.for": ("Compte {login}", "Account {login}"),
    "join.password": ("Choisissez un mot de passe", "Choose a password"),
    "join.factor": ("Reliez une application d'authentification", "Connect an authenticator app"),
    "join.present_password": ("Votre mot de passe", "Your password"),
    "join.save": ("Enregistrer", "Save"),
    # inviting and resetting
    "invite.title": ("Inviter un collègue", "Invite a colleague"),
    "invite.hint": (
        "Vous obtiendrez un lien à remettre en main propre ; mot de passe et second facteur se choisissent derrière.",
        "You will get a link to hand over; password and second factor are chosen behind it.",
    ),
    "invite.login": ("Identifiant", "Login"),
    "invite.login_hint": ("Comme c.martin. Il ne change plus.", "Such as c.martin. It does not change."),
    "invite.name": ("Nom", "Name"),
    "invite.role": ("Rôle", "Role"),
    "invite.go": ("Créer le lien", "Make the link"),
    "link.title": ("Lien à usage unique", "One-time link"),
    "link.hint": (
        "Affiché cette seule fois, valable 72 heures. Remettez-le vous-même à {login} ; ne l'envoyez pas par courriel.",
        "Shown this once, good for 72 hours. Hand it to {login} yourself; do not send it by e-mail.",
    ),
    "link.address": ("Adresse", "Address"),
    "logins": ("Comptes et connexions", "Accounts and log-ins"),
    "logins.hint": (
        "Les plus récentes d'abord. Un essai sous un nom que personne n'a ne dit pas ce nom.",
        "Newest first. A try under a name that nobody has does not tell the name.",
    ),
    "logins.reset": ("Réinitialiser un accès", "Reset an access"),
    "logins.reset_hint": (
        "Ferme toutes les sessions du compte et donne un lien pour un nouveau second facteur ou mot de passe.",
        "Ends all sessions of the account and gives a link to a new second factor or password.",
    ),
    "logins.login": ("Identifiant", "Login"),
    "logins.what": ("Ce qui est perdu", "What is lost"),
    "logins.what.second_factor": ("Second facteur", "Second factor"),
    "logins.what.password": ("Mot de passe", "Password"),
    "logins.reason": ("Motif", "Reason"),
    "logins.go": ("Réinitialiser", "Reset"),
    "login.code_or_recovery": (
        "Affiché par votre application ; change toutes les 30 secondes. Sinon, un code de secours.",
        "Shown by your app; changes every 30 seconds. Failing that, a recovery code.",
    ),
    # an OpenID provider
    "provider.go": ("Se connecter avec {name}", "Log in with {name}"),
    "provider.log_out": ("Se déconnecter aussi de {name}", "Log out of {name} too"),
    "provider.link": ("Relier mon identité {name}", "Link my {name} identity"),
    "provider.join": ("Utiliser plutôt {name}", "Use {name} instead"),
    "provider.step_up": ("Confirmer avec {name}", "Confirm with {name}"),
    "provider.onward": (
        "Continuez chez {name}, puis vous reviendrez ici.",
        "Go on at {name}, then you come back here.",
    ),
    "provider.code": (
        "Votre identité est vérifiée. Donnez maintenant votre second facteur.",
        "Your identity is verified. Now give your second factor.",
    ),
    "provider.failed": (
        "La connexion n'a pas abouti. Réessayez, ou demandez un lien à l'administration de l'étude.",
        "The log-in did not succeed. Try again, or ask the study administrator for a link.",
    ),
    "notice.identity_linked": ("Identité reliée.", "Identity linked."),
    # kinds of lines
    "logged.created": ("compte créé", "account created"),
    "logged.invited": ("invité", "invited"),
    "logged.granted": ("droits accordés", "rights granted"),
    "logged.joined": ("compte activé", "account set up"),
    "logged.signed_in": ("connexion", "logged in"),
    "logged.failed": ("échec de connexion", "log-in failed"),
    "logged.recovery_code_used": ("code de secours utilisé", "recovery code used"),
    "logged.signed_out": ("déconnexion", "logged out"),
    "logged.session_ended": ("session fermée", "session ended"),
    "logged.password_changed": ("mot de passe changé", "password changed"),
    "logged.password_reset": ("mot de passe réinitialisé", "password reset"),
    "logged.second_factor_set": ("second facteur changé", "second factor changed"),
    "logged.second_factor_reset": ("second facteur réinitialisé", "second factor reset"),
    "logged.recovery_codes_issued": ("nouveaux codes de secours", "new recovery codes"),
    "logged.identity_linked": ("identité externe reliée", "external identity linked"),
    "logged.stepped_up": ("second facteur redonné", "second factor given again"),
    "logged.key_created": ("clé de programme créée", "program key created"),
    "logged.key_revoked": ("clé de programme révoquée", "program key revoked"),
}

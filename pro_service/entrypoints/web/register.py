"""Hangs the pages into the application, and gives every refusal a page."""

from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from pro_service.entrypoints import form_fields
from pro_service.entrypoints.errors import Problem, problem_of, status_of
from pro_service.entrypoints.form_fields import UnknownFieldsError
from pro_service.entrypoints.login import (
    ForgedRequestError,
    NotAllowedError,
    NotLoggedInError,
    current_person,
)
from pro_service.entrypoints.step_up import StepUpNeededError
from pro_service.entrypoints.strict_json import NamedTwiceError
from pro_service.entrypoints.web import calendar_feed, patient, sign_in
from pro_service.entrypoints.web.account import admin, join, own, provider
from pro_service.entrypoints.web.demo import routes as demo
from pro_service.entrypoints.web.desk import (
    check_routes,
    copy_routes,
    data_routes,
    delivery_routes,
    emergency_routes,
    history_routes,
    instrument_routes,
    lock_routes,
    machine_routes,
    own_copy_routes,
    people_routes,
    question_routes,
    signature_routes,
    telling_routes,
    time_travel_routes,
    trail_routes,
    visit_routes,
)
from pro_service.entrypoints.web.desk import routes as desk
from pro_service.entrypoints.web.desk.context import desk_context
from pro_service.entrypoints.web.desk.views import Chrome, ErrorPage, User
from pro_service.entrypoints.web.visitor import page_language
from pro_service.entrypoints.web.words.phrases import Say
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import ConflictError, LockedError, NotFoundError, RefusedError
from pro_service.store.locked import DataLockedError

_FOR_PROGRAMS = ("/api/", "/q", "/calendar/", "/webhooks/", "/demo/phone/")


_PAGES = (
    *(desk, delivery_routes, check_routes, instrument_routes, telling_routes, machine_routes, visit_routes),
    *(time_travel_routes, history_routes, own_copy_routes, people_routes, emergency_routes, trail_routes),
    *(signature_routes, lock_routes, copy_routes, data_routes, question_routes),
    *(join, own, admin, provider),
)


def register_pages(app: Flask, *, with_demo: bool) -> None:
    """Add every page; the demonstration's only where there is one."""
    for page in (patient, calendar_feed, sign_in, *_PAGES, *((demo,) if with_demo else ())):
        app.register_blueprint(page.blueprint)
    app.register_error_handler(NotLoggedInError, _log_in_first)
    app.register_error_handler(StepUpNeededError, _step_up)
    app.register_error_handler(ForgedRequestError, lambda _: _refuse(HTTPStatus.FORBIDDEN, "forbidden"))
    app.register_error_handler(NotAllowedError, lambda _: _refuse(HTTPStatus.FORBIDDEN, "not_allowed"))
    app.register_error_handler(NotFoundError, lambda error: _refuse(HTTPStatus.NOT_FOUND, "not_found", error))
    app.register_error_handler(
        RefusedError, lambda error: _refuse(status_of(error), error.reason.code, error)
    )
    app.register_error_handler(
        DataLockedError, lambda _: _refuse(HTTPStatus.LOCKED, "data_locked", LockedError())
    )
    app.register_error_handler(NamedTwiceError, _twice)
    app.register_error_handler(UnknownFieldsError, _unknown)
    app.register_error_handler(TooManyRequests, _too_many)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http_error)


def _log_in_first(_: NotLoggedInError) -> AnyResponse:
    if _for_programs():
        problem = Problem(status=HTTPStatus.UNAUTHORIZED, code="log_in_first", detail="Log in first.")
        return problem.response()
    following = request.path if request.method == "GET" else "/staff"
    return redirect(f"/login?next={quote(following)}", 303)


def _step_up(_: StepUpNeededError) -> AnyResponse:
    """Where the second factor is given again; from there back to where one was, or to the form one had sent."""
    there = request.method == "GET" or current_app.url_map.bind("").test(request.path, "GET")
    following = request.path if there else "/staff/account"
    return redirect(f"/staff/account/step-up?next={quote(following)}", 303)


def _http_error(error: HTTPException) -> AnyResponse:
    status = HTTPStatus(error.code or 500)
    return _refuse(status, status.phrase.lower().replace(" ", "_"))


def _too_many(error: TooManyRequests) -> AnyResponse:
    response = _refuse(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests")
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _wrong_host(_: SecurityError) -> AnyResponse:
    """Under a name that is not ours no page can be drawn: nothing says where its parts are."""
    return Problem(status=HTTPStatus.BAD_REQUEST, code="wrong_host", detail="Unknown host.").response()


def _twice(error: NamedTwiceError) -> AnyResponse:
    return form_fields.twice(error) if _for_programs() else _http_error(error)


def _unknown(error: UnknownFieldsError) -> AnyResponse:
    return form_fields.unknown(error) if _for_programs() else _http_error(error)


def _refuse(status: HTTPStatus, code: str, error: Exception | None = None) -> AnyResponse:
    if _for_programs():
        if isinstance(error, RefusedError | NotFoundError):
            return problem_of(error).response()
        return Problem(status=status, code=code, detail=status.phrase).response()
    return _error_page(status, error)


def _fault(status: HTTPStatus, error: Exception | None) -> str:
    """Whose fault the page says it is: somebody was faster, it cannot be done so, or it is ours."""
    if isinstance(error, RefusedError) and not isinstance(error, ConflictError):
        return "refused"
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
        return str(status.value)
    return "refused" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "500"


def _for_programs() -> bool:
    return request.path.startswith(_FOR_PROGRAMS) and request.path != "/q"


def _error_page(status: HTTPStatus, error: Exception | None) -> AnyResponse:
    person = current_person()
    user = User(name=person.name, roles=person.roles) if person else None
    language = "en" if person and person.language == "en" else page_language()
    back = "/staff" if person else "/login"
    page = ErrorPage(
        # Whoever chooses another language comes back to a page that can be read again.
        chrome=Chrome(
            study="PRO",
            here=request.path if request.method == "GET" else back,
            user=user,
            may=person.may if person else frozenset(),
            demo=wired().demo,
        ),
        status=status.value,
        fault=_fault(status, error),
        sentence=error.reason.sentence(language) if isinstance(error, RefusedError) else "",
        back=back,
    )
    say = Say(language=language, now=wired().clock(), zone="Europe/Paris")
    context = desk_context(page=page, say=say, csrf_token=person.csrf_token if person else "")
    return Response(render_template("desk/error.html", **context), status=status.value)

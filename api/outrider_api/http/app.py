"""The HTTP application: routes, errors and documentation around the services it is given."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from . import errors, etags, idempotency, openapi
from .bounds import Bounded
from .dialects.brily import incident_routes as brily_incidents
from .dialects.brily import project_routes as brily_projects
from .dialects.brily import release_routes as brily_releases
from .dialects.brily import routes as brily
from .dialects.xuptimemonitor import routes as xuptimemonitor
from .feeding import EventFeed
from .idempotency import AnsweredOnce
from .middleware import RequestFrame
from .routes import (
    account,
    agent,
    alerts,
    api_monitors,
    audit,
    baselines,
    batches,
    billing,
    catalog,
    channels,
    docs,
    environments,
    events,
    health,
    imports,
    incidents,
    invitation_page,
    journeys,
    keys,
    login_states,
    members,
    monitors,
    organizations,
    pings,
    projects,
    releases,
    rules,
    run_diffs,
    runs,
    sessions,
    traces,
    variables,
    versions,
)
from .services import Services
from .trace_viewer import PATH as VIEWER
from .trace_viewer import TraceViewer, viewer_folder
from .waiting import RunWatch

WORTH_PACKING = 1000
"""Bytes from which an answer is compressed for clients that accept gzip; event streams never are."""

OFTEN_ASKED = (  # routes are looked through one after another: these first
    runs.router,
    monitors.router,
    api_monitors.router,
    journeys.router,
    agent.router,
    brily.router,
)
ROUTERS = (  # and these, in this order
    traces.router,
    run_diffs.router,
    baselines.router,
    imports.router,
    *versions.ROUTERS,
    alerts.router,
    environments.router,
    variables.router,
    login_states.router,
    incidents.router,
    releases.router,
    keys.router,
    organizations.router,
    projects.router,
    members.router,
    sessions.router,
    account.router,
    billing.router,
    audit.router,
    events.router,
    catalog.router,
    catalog.public,
    batches.router,
    brily_incidents.router,
    brily_releases.router,
    brily_projects.router,
    xuptimemonitor.router,
    pings.router,
    health.router,
    invitation_page.router,
    traces.pages,
    docs.router,
)


def release_waiting(app: FastAPI) -> None:
    """Answer those who wait for something to happen, for the server is about to stop; from any thread."""
    for each in (app.state.event_feed, app.state.run_watch, app.state.batch_watch):
        each.stop()


def create_app(services: Services) -> FastAPI:
    """Return the application that answers with ``services``; an opened engine is such an object."""
    app = FastAPI(
        title="Outrider",
        version=openapi.version(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_tags=openapi.TAGS,
        description=openapi.DESCRIPTION,
    )
    app.state.services = services
    app.state.query_parameters = {}
    app.state.run_watch = RunWatch(services.history.ended)
    app.state.batch_watch = RunWatch(services.batches.news)
    app.state.event_feed = EventFeed(services.events)
    for router in OFTEN_ASKED:
        app.include_router(router)
    for paths, router in ((channels.PATHS, channels.router), (rules.PATHS, rules.router)):
        for path in paths:  # before alerts: a literal segment wins over an id
            app.include_router(router, prefix=path, include_in_schema=path == paths[0])
    for router in ROUTERS:
        app.include_router(router)
    if (viewer := viewer_folder()) is not None:
        app.mount(VIEWER, TraceViewer(viewer))
    errors.install(app)
    etags.install(app)
    idempotency.install(app)
    app.add_middleware(AnsweredOnce)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_PACKING, compresslevel=5)
    app.add_middleware(etags.PackedTags)
    app.add_middleware(Bounded)
    app.add_middleware(RequestFrame)
    openapi.install(app, services)
    return app

"""/sites: the centres of the person who asks."""

from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.needs import needs

blueprint = api_blueprint("Sites", "The centres whose patients you look after.")


class SiteSchema(Shape):
    """A centre; `phone` is what its patients are told to call."""

    code = fields.String(required=True, metadata={"example": "03"})
    name = fields.String(required=True, metadata={"example": "Centre fictif de Rennes"})
    time_zone = fields.String(required=True, metadata={"example": "Europe/Paris"})
    phone = fields.String(required=True, metadata={"example": "+33199000003"})


class SitesSchema(Shape):
    """All of them."""

    items = fields.List(fields.Nested(SiteSchema), required=True)


@endpoint(blueprint, "/sites", gives=SitesSchema)
@needs(Permission.SEE_DEFINITIONS)
def list_sites() -> Any:
    """Your sites"""
    return {"items": access.sites()}

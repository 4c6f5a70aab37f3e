"""Everything that a list of products shows, from the parameters of its address: the page and the JSON ask here alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.catalogue.search import facets as search_facets
from service.catalogue.search import inputs as search_inputs
from service.catalogue.search.engine import Found, Reader, search
from service.catalogue.search.facets import FacetGroup
from service.catalogue.search.inputs import Address


@dataclass(frozen=True, slots=True)
class Listing:
    """What was asked (with what is wrong about it), what was found, and the counts behind every filter."""

    address: Address
    found: Found
    groups: list[FacetGroup]


async def find(reader: Reader, pairs: Iterable[tuple[str, str]], most_options: int = 0) -> Listing:
    """The products for these parameters, in at most three statements.

    A parameter that is wrong is named in `address.errors` and left out of the search. A group of counts has at most
    `most_options` values beside the chosen ones (0: all of them).
    """
    address = search_inputs.read(pairs)
    address.errors.update(await search_facets.settle(reader, address.asked))
    found = await search(reader, address.asked)
    counted = search_facets.counts(found.facets)
    known = await search_facets.labels(reader, (facet for facet in counted if facet[0] in "cg"))
    return Listing(address, found, search_facets.groups(counted, address.asked, known, most_options))

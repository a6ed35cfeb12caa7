"""A small station: two tracks, one set of points at each end, a siding whose points protect track 1."""

from .route import Route

ROUTES = [
    Route("in1", "A", ("a1", "pw", "t1"), {"pw": "left", "ps": "right"}, "pe"),
    Route("in2", "A", ("a1", "pw", "t2"), {"pw": "right"}, "pe"),
    Route("out1", "N1", ("pe", "b1"), {"pe": "left"}),
    Route("out2", "N2", ("pe", "b1"), {"pe": "right"}),
    Route("shunt", "S", ("ps", "s1"), {"ps": "left"}),
]

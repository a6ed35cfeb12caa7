from orchard.picking import Picking


def test_picking_is_kept():
    assert Picking(2030, 4, "Cox", 12500).grams == 12500

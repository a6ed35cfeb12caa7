"""What is paid."""

from datetime import timedelta


def night_of(begin, zone):
    """The night that a watch belongs to."""
    return (zone.to_local(begin) - timedelta(hours=12)).date()


def hours_by_night(watches, zone):
    """Hours watched, by night."""
    hours = {}
    for watch in watches:
        night = night_of(watch.begin, zone)
        length = watch.end - watch.begin
        hours[night] = hours.get(night, 0.0) + length.total_seconds() / 3600
    return dict(sorted(hours.items()))

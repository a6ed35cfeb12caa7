from pathlib import Path

import pytest

from weather.message import BadMessage, Message
from weather.readers import read_hut, read_lake, read_pass, read_peak

READERS = {"hut": read_hut, "pass": read_pass, "peak": read_peak, "lake": read_lake}


@pytest.mark.parametrize(
    ("kind", "text", "station", "minute", "values"),
    [
        ("hut", "HUT:ID=K7;T=5;TEMP=-3", "K7", 5, {"temp": -3.0}),
        ("hut", "HUT: ;snow = 40; t=0 ;id=k7;Temp=3;", "k7", 0, {"temp": 3.0, "snow": 40.0}),
        ("pass", "PASS ID=Q T=1439 WIND=7", "Q", 1439, {"wind": 7.0}),
        ("pass", "PASS   TEMP=-0  GUST=12 WIND=7   T=0010 ID=99", "99", 10, {"wind": 7.0, "gust": 12.0, "temp": 0.0}),
        ("peak", "PEAK/ID=P1/T=60/TEMP=-3.5/WIND=20", "P1", 60, {"temp": -3.5, "wind": 20.0}),
        ("peak", "PEAK// WIND = 2.0 /TEMP=1/ID=P1/T=60/", "P1", 60, {"temp": 1.0, "wind": 2.0}),
        ("lake", "LAKE:id=L,T=60,level=3.5", "L", 60, {"level": 3.5}),
        ("lake", "LAKE:ID=L,T=60,TEMP=1,LEVEL=2,temp=4.4,T=61,id=M", "M", 61, {"level": 2.0, "temp": 4.4}),
    ],
)
def test_good(kind, text, station, minute, values):
    found = READERS[kind](text)
    assert found == Message(kind, station, minute, values)
    assert list(found.values) == list(values)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("hut", "hut:ID=K7;T=5;TEMP=-3", "no hut message"),
        ("hut", "", "no hut message"),
        ("pass", "PASS/ID=Q", "no pass message"),
        ("peak", "PEAK ID=Q", "no peak message"),
        ("lake", " LAKE:ID=Q", "no lake message"),
        ("hut", "HUT:ID=K7;T;TEMP=-3", "hut: no value in 'T'"),
        ("lake", "LAKE:ID=K7, T 4 ,TEMP=-3", "lake: no value in 'T 4'"),
        ("pass", "PASS ID=Q T =5 WIND=3", "pass: no value in 'T'"),
        ("hut", "HUT:wind=4;x", "hut: unknown WIND"),
        ("lake", "LAKE:snow=4", "lake: unknown SNOW"),
        ("pass", "PASS id=Q", "pass: unknown id"),
        ("pass", "PASS LEVEL=4", "pass: unknown LEVEL"),
        ("peak", "PEAK/temp=4", "peak: unknown temp"),
        ("peak", "PEAK/GUST=4", "peak: unknown GUST"),
        ("peak", "PEAK/=4", "peak: unknown "),
        ("hut", "HUT:ID=K7;id=K7", "hut: ID twice"),
        ("pass", "PASS T=1 WIND=x T=1", "pass: T twice"),
        ("peak", "PEAK/WIND=1/WIND=1", "peak: WIND twice"),
        ("hut", "HUT:", "hut: ID is missing"),
        ("hut", "HUT:ID=?;TEMP=x", "hut: T is missing"),
        ("hut", "HUT:ID=?;T=5", "hut: TEMP is missing"),
        ("pass", "PASS ID=4 T=5 TEMP=4", "pass: WIND is missing"),
        ("peak", "PEAK/ID=4/T=4/WIND=5", "peak: TEMP is missing"),
        ("peak", "PEAK/ID=4/T=4/TEMP=5", "peak: WIND is missing"),
        ("lake", "LAKE:ID=4,T=4,TEMP=5", "lake: LEVEL is missing"),
        ("hut", "HUT:ID=a-b;T=x;TEMP=4", "hut: bad ID 'a-b'"),
        ("lake", "LAKE:ID=,T=4,LEVEL=5", "lake: bad ID ''"),
        ("pass", "PASS ID=é T=4 WIND=5", "pass: bad ID 'é'"),
        ("peak", "PEAK/ID=4/T=1440/TEMP=x/WIND=1", "peak: bad T '1440'"),
        ("peak", "PEAK/ID=4/T=-1/TEMP=1/WIND=1", "peak: bad T '-1'"),
        ("hut", "HUT:ID=4;T=4.0;TEMP=1", "hut: bad T '4.0'"),
        ("hut", "HUT:ID=4;T=4;TEMP=1.5", "hut: bad TEMP '1.5'"),
        ("hut", "HUT:ID=4;T=4;TEMP=1;SNOW=", "hut: bad SNOW ''"),
        ("hut", "HUT:ID=4;T=4;TEMP=x;SNOW=y", "hut: bad TEMP 'x'"),
        ("pass", "PASS ID=4 T=4 WIND=1 GUST=1.0", "pass: bad GUST '1.0'"),
        ("peak", "PEAK/ID=4/T=4/TEMP=1.55/WIND=1", "peak: bad TEMP '1.55'"),
        ("peak", "PEAK/ID=4/T=4/TEMP=1=2/WIND=1", "peak: bad TEMP '1=2'"),
        ("lake", "LAKE:ID=4,T=4,LEVEL=.5", "lake: bad LEVEL '.5'"),
        ("lake", "LAKE:ID=4,T=4,LEVEL=1,TEMP=+5", "lake: bad TEMP '+5'"),
    ],
)
def test_bad(kind, text, said):
    with pytest.raises(BadMessage) as caught:
        READERS[kind](text)
    assert str(caught.value) == said


def test_messages_are_apart():
    one = read_hut("HUT:ID=K7;T=5;TEMP=-3;SNOW=4")
    two = read_hut("HUT:ID=K7;T=5;TEMP=-3")
    assert one.values == {"temp": -3.0, "snow": 4.0}
    assert two.values == {"temp": -3.0}

def test_no_code_lies_elsewhere():
    found = sorted(str(path) for path in Path(".").rglob("*.py") if path.parts[0] != "tests")
    assert found == ['weather/__init__.py', 'weather/message.py', 'weather/readers.py']

"""Writes pydantic-cases.json, python-json-cases.json and fastapi-cases.json, beside this file.

    python3.11 -m venv /tmp/oracle && /tmp/oracle/bin/pip install fastapi==0.142.2 pydantic==2.13.5
    /tmp/oracle/bin/python test/data/generate-python-cases.py

The answers are those of the real libraries; only the choice of the inputs is made here, partly by a seeded
random. Non-finite floats are written as null, lone surrogates as escapes: FastAPI itself fails on both.
"""
import base64, email.message, json, math, platform, random
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, List, Literal, Optional
from uuid import UUID

from fastapi.encoders import jsonable_encoder
from pydantic import Field, TypeAdapter, ValidationError, create_model
from starlette.datastructures import QueryParams

R = random.Random(2026)
NOTE = "Made by generate-python-cases.py with " + ", ".join(
    [f"Python {platform.python_version()}"] + [f"{name} {version(name)}" for name in ("fastapi", "starlette", "pydantic", "pydantic_core")])
HERE = Path(__file__).parent


# --- answers

def as_type(plan):
    kind = plan["kind"]
    if kind == "string": return Annotated[str, Field(max_length=plan["maxLength"])] if "maxLength" in plan else str
    if kind == "integer": return int
    if kind == "boolean": return bool
    if kind == "uuid": return UUID
    if kind == "literal": return Literal[tuple(plan["values"])]
    if kind == "nullable": return Optional[as_type(plan["inner"])]
    if kind == "list":
        limits = {name: plan[key] for name, key in (("min_length", "minItems"), ("max_length", "maxItems")) if key in plan}
        return Annotated[List[as_type(plan["item"])], Field(**limits)]
    return create_model("Model", **{
        field["name"]: (as_type(field["plan"]), ... if field["required"] else field.get("fallback")) for field in plan["fields"]})

def finite(value):
    if isinstance(value, float) and not math.isfinite(value): return None
    if isinstance(value, dict): return {key: finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)): return [finite(one) for one in value]
    return value

def encode(value):
    text = json.dumps(finite(jsonable_encoder(value)), ensure_ascii=False, separators=(",", ":"))
    return "".join("\\u%04x" % ord(one) if 0xD800 <= ord(one) < 0xE000 else one for one in text)

def judge(plan, text):
    try: return {"value": encode(TypeAdapter(as_type(plan)).validate_python(json.loads(text), from_attributes=True))}
    except ValidationError as error: return {"problems": encode(error.errors(include_url=False))}

def load(data):
    try: return {"value": encode(json.loads(data))}
    except json.JSONDecodeError as error: return {"error": error.msg, "offset": error.pos}
    except (ValueError, RecursionError): return {"unreadable": True}

def is_json(content_type):
    message = email.message.Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


# --- inputs

def mutate(text, alphabet, most):
    characters = list(text)
    for _ in range(R.randint(0, most)):
        index = R.randint(0, len(characters))
        action = R.randint(0, 2)
        if action == 0 or index == len(characters): characters.insert(index, R.choice(alphabet))
        elif action == 1: characters[index] = R.choice(alphabet)
        else: del characters[index]
    return "".join(characters)

BLANKS = "\t\n\v\f\r \x1c\x1f\x85\xa0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
ODD = ["a", "b", "é", "Ω", "中", "😀", "\0", "\x1f", "\x7f", "\x85", "\u2028", '"', "\\", "/", "`", "\ufeff", "\uffff", "\u0301", "\ud800", "\udfff", "K", "ſ"]
ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
SHAPES = [ID, ID.replace("-", ""), "{" + ID + "}", "urn:uuid:" + ID, ID.upper(), "{" + ID.replace("-", "") + "}", "urn:uuid:" + ID.replace("-", "")]
NUMBERS = ["0", "1", "-1", "-0", "2", "9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
           "-9223372036854775809", "1" + "0" * 30, "0.0", "-0.0", "1.0", "2.0", "-1.0", "1.5", "5e-324", "1e-4", "0.00001", "1.5e-7", "1e15", "1e16", "1e18",
           "9.3e18", "9223372036854775807.0", "9223372036854774784.0", "-9223372036854775808.0", "-9223372036854774784.0", "1e19", "1e22", "1e30", "1e300", "1e999",
           "NaN", "Infinity", "-Infinity", "123456789.125", "1E5", "0e0", "12345678901234567890.5"]
OTHERS = ["null", "true", "false", "[]", "{}", '""', '"abc"', "[1]", '{"a":1}', '{"b":1.0,"10":2,"9":[1e16],"_sa_x":3,"__proto__":{"c":null}}', '"\\ud800"']

def string(): return "".join(R.choice(ODD) for _ in range(R.randint(0, 5)))
def integer():
    text = R.choice(["", "", "+", "-"]) + "0" * R.choice([0, 0, 1, 3]) + str(R.randint(0, 10 ** R.randint(1, 20))) + R.choice(["", "", ".", ".0", ".00", "_1"])
    return mutate(text, "01_+-. eE\u0665\u00b2" + BLANKS, R.choice([0, 1, 2, 3]))
def uuid():
    text = R.choice(SHAPES)
    if R.random() < 0.4:
        groups = text.split("-")
        index = R.randrange(len(groups))
        groups[index] = mutate(groups[index], "0123456789abcdef", 3)
        text = "-".join(groups)
    return mutate(text, "0aF-{}gé😀`\0:", R.choice([0, 0, 1, 2]))
def boolean(): return mutate("".join(R.choice([one, one.upper()]) for one in R.choice(["0", "off", "f", "false", "n", "no", "1", "on", "t", "true", "y", "yes"])), "tfyno01 ſ", R.choice([0, 0, 1]))
def anything(depth=0):
    chance = R.random()
    if chance < 0.3: return R.choice(NUMBERS + OTHERS[:3])
    if chance < 0.6 or depth > 2: return json.dumps(string())
    if chance < 0.8: return "[" + ",".join(anything(depth + 1) for _ in range(R.randint(0, 3))) + "]"
    return "{" + ",".join(json.dumps(R.choice(["a", "b", "1", "0", "-1", "__proto__", "_sa_x", string()])) + ":" + anything(depth + 1) for _ in range(R.randint(0, 3))) + "}"

def field(name, plan, required=True, **more): return {"name": name, "required": required, "plan": plan, **more}
PLANS = {
    "integer": {"kind": "integer"}, "boolean": {"kind": "boolean"}, "uuid": {"kind": "uuid"}, "string": {"kind": "string"},
    "string of 1": {"kind": "string", "maxLength": 1}, "string of 3": {"kind": "string", "maxLength": 3},
    "literal of 1": {"kind": "literal", "values": ["a"]}, "literal of 2": {"kind": "literal", "values": ["a", "b"]}, "literal of 4": {"kind": "literal", "values": ["a", "b", "c", "d"]},
    "list": {"kind": "list", "item": {"kind": "string", "maxLength": 2}, "minItems": 2, "maxItems": 3},
    "list of 1": {"kind": "list", "item": {"kind": "boolean"}, "minItems": 1, "maxItems": 1},
    "object": {"kind": "object", "fields": [
        field("a", {"kind": "integer"}), field("b", {"kind": "string", "maxLength": 2}, False, fallback="zz"),
        field("c", {"kind": "nullable", "inner": {"kind": "list", "item": {"kind": "object", "fields": [field("d", {"kind": "uuid"}), field("e", {"kind": "boolean"}, False)]}}}, False)]},
}
LISTS = ['["a"]', '["a","b"]', '["a",1]', '["a","b","c","d"]', '[1,2,3,4,5]', "[1]", "[1,2,3]", "[true]", "[true,2]", '["a","bcd",null]']
OBJECTS = ['{"a":1}', '{"a":"5.0","b":null,"c":null}', '{"b":"abc","c":[{}]}', '{"a":1.5,"c":[{"d":"' + ID + '"},{"d":"x","e":2},3]}', '{"a":true,"c":[],"x":1}', '{"a":1,"b":"\\ud800"}', '{"c":1.0}']
INTEGERS = ["", " ", "0", "00", "-0", "+0", "-007", "5.", ".0", "5.0", "5.00_0", "1_0", "1__0", "_1", "1_", "1_.0", "+-5", "-+5", "--5", "- 5", "0_7", "00_", "-0_1", "0__1", "0-5", "+0-5", "0-_5", "-0-5", "0-05", "1.0.0", "0x10", "1e2", "true"] + [blank + "5" + blank for blank in BLANKS]
UUIDS = SHAPES + ["", "{", "{}", "{{}}", "urn:uuid:", "URN:UUID:" + ID, "{" + ID, "{" + ID + "a}", "{" + ID[:-2] + "}", "urn:uuid:" + ID + "a", "----", ID[:-1], "0" * 31, "0" * 33, "{" + "0" * 36 + "}", "{" + ID[:-1] + "g}", "urn:uuid:" + ID[:-1] + "g", "{" + ID[:-2] + "é}", "aĀ", "\0"]

def pydantic_inputs():
    for name in PLANS:
        for text in OTHERS + NUMBERS[:4]: yield name, text
    for text in NUMBERS: yield from (("integer", text), ("boolean", text))
    for text in INTEGERS: yield "integer", json.dumps(text)
    for text in UUIDS: yield "uuid", json.dumps(text)
    for text in LISTS: yield from (("list", text), ("list of 1", text))
    for text in OBJECTS: yield "object", text
    for text in ["a", "ab", "abc", "abcd", "😀😀😀", "😀😀😀😀", "e\u0301e\u0301"]: yield from (("string of 1", json.dumps(text)), ("string of 3", json.dumps(text)))
    for _ in range(100): yield "integer", json.dumps(integer())
    for _ in range(100): yield "uuid", json.dumps(uuid())
    for _ in range(60): yield "boolean", json.dumps(boolean())
    for _ in range(100): yield R.choice(list(PLANS)), anything()

def json_inputs():
    bare = ["", " ", "nul", "nulll", "tru", "-", "-I", "-Infinity", "Infinit", "NaN", "01", "-01", "1.", "1.e5", "1e", "1e+", ".5", "+1", "0x1", "{", "{}x", "[", "[]]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{,}", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a" 1}', '{"a":}', "{a:1}", "{'a':1}",
            '{"a":1 "b":2}', '{"a":1,"a":2}', '{"b":1,"2":2,"1":3}', '{"__proto__":1}', '"', '"a', '"\\', '"\\"', '"\\x"', '"\\u', '"\\u12', '"\\u12"', '"\\u123', '"\\u1234', '"\\u1234"', '"\\uzzzz"', '"\\ud83d\\ude00"', '"\\ud83d\\u00"', '"\\ud83d\\ud83d\\ude00"', '"\\ud83d', '"\\ude00\\ud83d"', '"\t"', '"\x00"', '"\x7f\u2028"',
            '😀', '["😀",x]', '"😀\n"', '{"😀":1 "b"}', "// x\n1", "\ufeff1", "\x0c1", "1\x00", "1 1", "[[[[1]]]", '{"a":[{"b":[]}]}'] + NUMBERS + OTHERS
    for text in bare: yield text.encode("utf-8")
    for text in ['{"a":"é😀"}', "1", "12", "[]", '"\ud800"', '"😀\udfff"', '"a"x', " "]:
        for encoding in ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]: yield text.encode(encoding, "surrogatepass")
        yield b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")
        yield b"\0\0\xfe\xff" + text.encode("utf-32-be", "surrogatepass")
    yield from [b"\xff", b'"\xff"', b'"\xc3"', b'"\xed\xa0"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"\xf4\x90\x80\x80"', b"\xff\xfe", b"\xff\xfe1", b"1\0", b"\x001", b"1\0\0", b"1\0\0\0", b"\0\0\x11\0", b"\0\0\0\0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf1", b"\xff\xfe\0\0\0\xd8\0\0"]
    for _ in range(200): yield mutate(anything(), list('{}[],:"\\/ \t\n019.eE+-truefalsnulNIity') + ["é", "😀", "\x1f"], 3).encode("utf-8", "surrogatepass")
    for _ in range(60): yield ('"' + "".join(R.choice(["\\u", "\\", "d83d", "de00", "\\ud83d", "\\ude00", "\\n", '"', "a", "😀"]) for _ in range(R.randint(1, 6))) + R.choice(['"', ""])).encode()

def queries():
    yield from ["", "&", "=", "=a", "a", "a&b", "a=", "a=1&a=2", "a=1&a", "a=b=c", "a+b=c+d", "a%2Bb=%26%3D", "a=%", "a=%4", "a=%zz", "a=%41%", "a=%C3%A9", "a=%c3%A9", "a=%C3", "a=%F0%9F%98%80", "a=%F0%9F%98", "a=%ED%A0%80", "a=%FF", "a=%EF%BB%BFb", "%61=1", "a;b=1", "a=1;b=2", "__proto__=1", "a=%00"]
    for _ in range(60): yield "&".join(R.choice(["a", "b", "a+b", "%61", "%E9", ""]) + R.choice(["", "="]) + "".join(R.choice(["%41", "%", "%4", "%zz", "+", "%2B", "é", "%C3%A9", "%C3", "%F0%9F", "%98%80", "%ED%A0%80", "a", "=", "%f0%90"]) for _ in range(R.randint(0, 4))) for _ in range(R.randint(1, 3)))

def content_types():
    yield from ["application/json", "application/json;", "application/json; charset=utf-8", 'application/json;"', "APPLICATION/JSON", " application/json ", "\tapplication/json\t;a", "\xa0application/json\x85", "application/vnd.api+json", "application/+json", "application/ +json", "application/x+JSON ;a/b", "application /json", "application/ json",
                "application/jsonx", "application/json+xml", "application/json/x", "application/a/b+json", "application", "application/", "/json", "json", "text/json", "text/plain", "application/json, application/json", "application/x+json, text/plain", ";application/json", "application/x-ndjson", "*/*"]


# --- files

def write(name, **content):
    lines = [json.dumps("note") + ": " + json.dumps(NOTE)]
    for key, rows in content.items():
        if isinstance(rows, dict): lines.append(json.dumps(key) + ": " + json.dumps(rows))
        else: lines.append(json.dumps(key) + ": [\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    (HERE / name).write_text("{" + ",\n".join(lines) + "}\n")

def unique(rows): return list(dict.fromkeys(rows))

write("pydantic-cases.json", plans=PLANS, cases=[{"plan": name, "json": text, **judge(PLANS[name], text)} for name, text in unique(pydantic_inputs())])
write("python-json-cases.json", cases=[{"base64": base64.b64encode(data).decode(), **load(data)} for data in unique(json_inputs())])
write("fastapi-cases.json",
      queries=[{"query": query, "values": dict(QueryParams(query))} for query in unique(queries())],
      contentTypes=[{"contentType": value, "isJson": is_json(value)} for value in content_types()])

"""As much of JSON Schema as openapi.json uses; what it does not know is a fault of the document."""
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "allOf", "$ref",
         "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "default", "contentEncoding"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
         "number": (int, float)}


def is_of(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def faults(value, schema, document, at="answer"):
    """What is wrong with a value, as messages."""
    strange = set(schema) - KNOWN
    assert not strange, f"the schema of {at} has {strange}"
    if "$ref" in schema:
        target = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        yield from faults(value, target, document, at)
    for part in schema.get("allOf", []):
        yield from faults(value, part, document, at)
    if "anyOf" in schema and all(list(faults(value, part, document, at)) for part in schema["anyOf"]):
        yield f"{at}: {value!r} is none of what it may be"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_of(value, name) for name in types):
        yield f"{at}: {value!r} is no {types}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if isinstance(value, dict):
        yield from members(value, schema, document, at)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from faults(item, schema["items"], document, f"{at}[{number}]")


def members(value, schema, document, at):
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}: {name} is missing"
    others = schema.get("additionalProperties")
    for name, member in value.items():
        inner = schema.get("properties", {}).get(name, others)
        if isinstance(inner, dict):
            yield from faults(member, inner, document, f"{at}.{name}")
        elif inner is False:
            yield f"{at}: {name} is not documented"

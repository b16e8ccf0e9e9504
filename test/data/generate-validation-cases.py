"""Answers the requests of validation-cases.json anew, beside this file.

    python3.11 -m venv /tmp/oracle && /tmp/oracle/bin/pip install fastapi==0.142.2 pydantic==2.13.5
    /tmp/oracle/bin/python test/data/generate-validation-cases.py

A case's id, edition, method, path, headers and body are written by hand: add one with any status, and run this.
Status and answer are those of FastAPI with the models of docs/wire-contract.md. `{id}` in a path is an existing
session, a body {"base64"} is raw bytes, and the answer of an accepted request is null.
"""
import asyncio, base64, json
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Optional
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

FILE = Path(__file__).parent / "validation-cases.json"
NOTE = "Made by generate-validation-cases.py with " + ", ".join(f"{name} {version(name)}" for name in ("fastapi", "starlette", "pydantic", "pydantic_core"))


def create_app(edition):
    class SessionCreate(BaseModel):
        index_ids: Optional[list[str]] = Field(default=None, max_length=10)
        if edition == "2026-09": shared_access: Optional[Literal["read_only", "query"]] = None

    class ChatParams(BaseModel):
        index_ids: list[str] = Field(min_length=1)
        prompt: str = Field(max_length=1000)
        if edition == "2026-09": require_all_indexes: bool = False

    class GenerateTitleParams(BaseModel):
        first_message: str

    app = FastAPI()

    # Before edition 2026-08 the service's ValidationError had neither `input` nor `ctx`.
    @app.exception_handler(RequestValidationError)
    async def refuse(request: Request, error: RequestValidationError):
        problems = json.loads(JSONResponse(jsonable_encoder(error.errors())).body)
        if edition == "2026-05": problems = [{key: one[key] for key in ("type", "loc", "msg")} for one in problems]
        return JSONResponse({"detail": problems}, status_code=422)

    @app.get("/api/v1/chat")
    async def list_sessions(project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None, page_size: Optional[int] = None, page_token: Optional[str] = None): ...

    @app.post("/api/v1/chat", status_code=201)
    async def create_session(body: Optional[SessionCreate] = None, project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None): ...

    @app.get("/api/v1/chat/{session_id}")
    @app.get("/api/v1/chat/{session_id}/summary")
    async def read_session(session_id: str, project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None): ...

    @app.delete("/api/v1/chat/{session_id}", status_code=204)
    async def delete_session(session_id: str, project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None) -> None: ...

    @app.post("/api/v1/chat/{session_id}/title")
    async def generate_title(session_id: str, body: GenerateTitleParams, project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None): ...

    @app.post("/api/v1/chat/{session_id}/messages/stream")
    async def stream_messages(session_id: str, body: ChatParams, project_id: Optional[UUID] = None, organization_id: Optional[UUID] = None): ...

    return app


async def answer(app, case):
    path, _, query = case["path"].replace("{id}", "ses-1").partition("?")
    body = case["body"]
    data = b"" if body is None else base64.b64decode(body["base64"]) if isinstance(body, dict) else body.encode()
    headers = [(name.lower().encode(), value.encode()) for name, value in case["headers"].items()]
    if body is not None: headers.append((b"content-length", str(len(data)).encode()))
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": case["method"], "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http", "state": {}}
    sent = []
    async def receive(): return {"type": "http.request", "body": data, "more_body": False}
    async def send(message): sent.append(message)
    await app(scope, receive, send)
    status = sent[0]["status"]
    return status, json.loads(b"".join(one.get("body", b"") for one in sent[1:])) if status >= 400 else None


async def main():
    cases = json.loads(FILE.read_text())["cases"]
    apps = {edition: create_app(edition) for edition in {case["edition"] for case in cases}}
    for case in cases: case["status"], case["answer"] = await answer(apps[case["edition"]], case)
    FILE.write_text('{"note": ' + json.dumps(NOTE) + ',\n"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")

asyncio.run(main())

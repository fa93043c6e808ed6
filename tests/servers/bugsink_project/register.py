"""Make a project and a token in a Bugsink, and print them as JSON. Run by Bugsink's own Python."""

# mypy: ignore-errors
import json

import django

django.setup()

from bsmain.models import AuthToken  # noqa: E402 - Django has to be set up before
from projects.models import Project  # noqa: E402
from teams.models import Team  # noqa: E402

team = Team.objects.create(name="tests")
project = Project.objects.create(name="orders", team=team)
token = AuthToken.create_full_access().token
print(json.dumps({"dsn": project.dsn, "project": project.pk, "token": token}))

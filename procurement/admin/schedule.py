"""The schedule: what runs how often. Workers read it from here, and beat sees a change within seconds."""

from django.contrib import admin
from django_celery_beat.admin import ClockedScheduleAdmin as BaseClocked
from django_celery_beat.admin import CrontabScheduleAdmin as BaseCrontab
from django_celery_beat.admin import PeriodicTaskAdmin as BasePeriodicTask
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from procurement.admin.choosing import Choosing
from procurement.admin.listing import Listing

for model in (PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule):
    admin.site.unregister(model)


class TaskSelect(UnfoldAdminSelectWidget, TaskSelectWidget):  # type: ignore[misc]  # neither ships types
    """The registered tasks, in unfold's style."""


class TaskForm(PeriodicTaskForm):  # type: ignore[misc]
    """django-celery-beat's form in unfold's style."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "task" in self.fields:
            self.fields["task"].widget = UnfoldAdminTextInputWidget()
            self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(BasePeriodicTask, ModelAdmin):  # type: ignore[misc]
    """What runs how often."""

    form = TaskForm
    date_hierarchy = None
    list_display = ("name", "enabled", "task", "interval", "crontab", "last_run_at")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(Choosing, Listing):
    """Every so often."""

    list_display = ("__str__", "every", "period")
    search_fields = ("period",)
    ordering = ("period", "every")


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(BaseCrontab, ModelAdmin):  # type: ignore[misc]
    """At times of the day."""

    inlines = ()


@admin.register(SolarSchedule)
class SolarScheduleAdmin(Choosing, Listing):
    """At the sun's times."""


@admin.register(ClockedSchedule)
class ClockedScheduleAdmin(BaseClocked, ModelAdmin):  # type: ignore[misc]
    """Once."""

    inlines = ()

"""What a person may change of themselves, as a form."""

from zoneinfo import available_timezones

from django import forms

from dueline.accounts.models import User


class AccountForm(forms.ModelForm):
    """What a person may change of themselves."""

    time_zone = forms.ChoiceField(choices=[(z, z) for z in sorted(available_timezones())])

    class Meta:
        model = User
        fields = ["theme", "time_zone", "has_single_keys"]
        labels = {"has_single_keys": "Single keys (j, k, n …) act outside fields"}

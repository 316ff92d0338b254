"""What holds for every page, whoever made it."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/people/?country=%00", "/sign-in/?x=a%00b", "/chat/?%00", "/content/a%00b/", "/facts/%00/"],
)
def test_address_with_a_zero_byte_is_refused(client, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"]

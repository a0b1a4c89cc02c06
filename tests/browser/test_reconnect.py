"""A page whose connection breaks, as a train goes into a tunnel: what was said meanwhile comes when it is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.exploring import opened
from tests.serving import Server

pytestmark = pytest.mark.browser
# Until `window.away` no connection can be opened; `window.leave(ms)` ends the one that is there.
TUNNEL = """
const Real = window.WebSocket, there = new Set();
window.away = 0;
window.tries = 0;
window.leave = (milliseconds) => {
  window.away = Date.now() + milliseconds;
  for (const socket of there) socket.close();
};
window.WebSocket = class extends Real {
  constructor(address, ...more) {
    // Port 1: nobody answers.
    super(Date.now() < window.away ? "ws://127.0.0.1:1/" : address, ...more);
    window.tries += 1;
    there.add(this);
  }
};
"""


def test_what_is_answered_while_the_connection_is_broken_comes_when_it_is_back(
    context: BrowserContext, served: Server
) -> None:
    context.add_init_script(TUNNEL)
    step = opened(context, served)
    rows = step.looked_at("variants").locator("tbody tr")
    expect(rows).not_to_have_count(0)
    assert rows.count() > 1
    step.part("variants").get_by_role("button", name="Keep only these").first.click()
    step.page.evaluate("leave(5000)")
    # Answered by now, to nobody.
    step.page.wait_for_function("window.tries >= 3")
    step.expect_fewer()
    expect(rows).to_have_count(1)
    # What is done from now on goes over the new connection.
    step.button("Undo").click()
    step.expect_all()

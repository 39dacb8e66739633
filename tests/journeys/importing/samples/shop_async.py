import asyncio
import re

from playwright.async_api import Page, Playwright, async_playwright, expect


async def put_in_cart(tab: Page, product: str, times: int = 1) -> None:
    await tab.get_by_test_id(product).click()
    await tab.get_by_role("button", name="Add to cart").click()


async def run(playwright: Playwright) -> None:
    browser = await playwright.chromium.launch(headless=False)
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(9000)
    await page.goto("http://127.0.0.1:8001")
    await put_in_cart(page, "product-storm-lantern")
    await expect(page.get_by_test_id("cart-count")).to_have_text("1")
    await page.goto("http://127.0.0.1:8001/checkout")
    for name, value in (("Full name", "Ada"),):
        await page.get_by_label(name).fill(value)
    for name in ["Full name", "Street and number"]:
        await page.get_by_label(name).fill("Ada Lovelace")
    await page.locator("select").filter(has_text=re.compile("United Kingdom")).first.select_option("United Kingdom")
    await expect(page).to_have_url(re.compile("/checkout$"))

    # ---------------------
    await context.close()
    await browser.close()


async def main() -> None:
    async with async_playwright() as playwright:
        await run(playwright)


asyncio.run(main())

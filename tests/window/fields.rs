//! A setting that does not fit the model: said at its field while it is typed, refused before it is sent, mended by a press.

use poe::sim::Reply;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-FieldsCanary0123456789abcdefghijklmn5555";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn a_setting_that_does_not_fit_is_mended_at_its_field() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    // The ranges of the model that is chosen, and what is out of them.
    window.choose_model("Demo-Sonnet")?;
    window.button("Parameters").click()?;
    let panel = window.page().css("[role=dialog]");
    panel.shows("A whole number from 1 to 64,000.")?;
    window.textbox("Temperature").fill("2.5")?;
    panel.shows("Temperature must be between 0 and 2 for this model.")?;
    window.textbox("Max tokens").fill("64001")?;
    panel.shows("Max tokens must be a whole number between 1 and 64,000 for this model.")?;
    pictures(&window, "fields")?;
    window.button("Reset Temperature").click()?;
    window.textbox("Max tokens").fill("9,000")?;
    window.button("Save").click()?;
    panel.goes()?;

    // Another model takes less: nothing goes out.
    window.choose_model("Demo-Flash")?;
    window.ask("Why is the sky blue?")?;
    let card = window.page().css(".composer").card("invalid_input");
    card.shows("Max tokens must be a whole number between 1 and 2,000 for this model.")?;
    pictures(&window, "fields-refused")?;
    assert_eq!(stage.sim.posts(), 0);

    // To the field by one press, and the message still stands.
    card.action("fix").click()?;
    window.wait_until(
        "the cursor is in the field",
        "return document.activeElement?.dataset.field === 'maxTokens'",
    )?;
    window.textbox("Max tokens").fill("2000")?;
    window.press(key::ENTER)?;
    card.goes()?;
    stage.sim.on("POST", CHAT, Reply::answer("Scattering."));
    window.wait_until(
        "the cursor is in the message",
        "return document.activeElement?.getAttribute('aria-label') === 'Message'",
    )?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("Scattering.")?;
    assert_eq!(stage.sim.posts(), 1);
    window.close()
}

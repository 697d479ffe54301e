//! What a person does in this app's window again and again.

use anyhow::Result;

use super::{Window, key};

impl Window<'_> {
    /// Types a question and sends it.
    pub fn ask(&self, question: &str) -> Result<()> {
        self.textbox("Message").fill(question)?;
        self.button("Send").click()
    }

    /// Chooses the model of the open chat from the list that Ctrl K opens.
    pub fn choose_model(&self, name: &str) -> Result<()> {
        self.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
        self.pick_model(name)
    }

    /// Chooses from the list of models that is open.
    pub fn pick_model(&self, name: &str) -> Result<()> {
        let search = self.textbox("Search models");
        search.fill(name)?;
        self.page().css("[role=option]").shows(name)?;
        search.type_text(key::ENTER)
    }

    /// Opens a chat from the list.
    pub fn open_chat(&self, title: &str) -> Result<()> {
        self.page()
            .css(&format!("[aria-label=Chats] a[title={title:?}]"))
            .click()
    }
}

//! The least that a window with a web view can be: what the app's start and memory are measured against.
//! Its page marks the moment when its button can be pressed, as the app's page does. With an address it shows that page.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use tao::event::{Event, WindowEvent};
    use tao::event_loop::{ControlFlow, EventLoop};
    use tao::platform::unix::WindowExtUnix;
    use tao::window::WindowBuilder;
    use wry::{WebContext, WebViewBuilder, WebViewBuilderExtUnix};

    const PAGE: &str = "<!doctype html><title>Bare shell</title><textarea aria-label=Message></textarea>\
        <button>Send</button><script>performance.mark('ready')</script>";

    let events = EventLoop::new();
    let window = WindowBuilder::new().with_title("Bare shell").build(&events)?;
    let mut context = WebContext::new(std::env::var_os("TELLTALE_DATA_DIR").map(Into::into));
    context.set_allows_automation(std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some());
    let area = window.default_vbox().ok_or("the window has no box")?;
    let view = WebViewBuilder::new_with_web_context(&mut context);
    let view = match std::env::args().nth(1) {
        Some(address) => view.with_url(address),
        None => view.with_html(PAGE),
    };
    let _view = view.build_gtk(area)?;
    events.run(move |event, _, flow| {
        *flow = ControlFlow::Wait;
        if let Event::WindowEvent { event: WindowEvent::CloseRequested, .. } = event {
            *flow = ControlFlow::Exit;
        }
    });
}

#[cfg(not(target_os = "linux"))]
fn main() {}

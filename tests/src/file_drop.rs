//! Files dragged from another program and dropped on the window, by the protocol in which X11 programs do it (XDND 5). It is the other
//! program; what the window makes of the files is its own.

use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

const VERSION: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(20);

/// Where in the window they are dropped.
const PLACE: (u32, u32) = (640, 400);

/// Drops these files on the window of the program with this process id; returns when the window has taken them.
///
/// # Panics
/// When there is no such window, or it doesn't take them.
pub fn drop_on(process: u32, files: &[impl AsRef<Path>]) {
    let (connection, screen) = x11rb::connect(None).expect("an X display");
    let root = connection.setup().roots[screen].root;
    let drag = Drag::begin(connection, root, process, files);
    drag.tell("XdndEnter", [VERSION << 24, drag.uri_list, 0, 0]);
    let over = [
        0,
        PLACE.0 << 16 | PLACE.1,
        CURRENT_TIME,
        drag.atom("XdndActionCopy"),
    ];
    let deadline = Instant::now() + PATIENCE;
    // The window looks at the files first, and says then that it would take them.
    loop {
        drag.tell("XdndPosition", over);
        if drag
            .hears("XdndStatus", Duration::from_millis(300))
            .is_some_and(|said| said[1] & 1 == 1)
        {
            break;
        }
        assert!(Instant::now() < deadline, "the window takes no files");
    }
    drag.tell("XdndDrop", [0, CURRENT_TIME, 0, 0]);
    drag.hears("XdndFinished", PATIENCE)
        .expect("the window has taken the files");
}

struct Drag {
    connection: RustConnection,
    source: Window,
    target: Window,
    uri_list: Atom,
    uris: String,
}

impl Drag {
    fn begin(connection: RustConnection, root: Window, process: u32, files: &[impl AsRef<Path>]) -> Self {
        let source = connection.generate_id().unwrap();
        let nothing = CreateWindowAux::new();
        connection
            .create_window(
                0,
                source,
                root,
                0,
                0,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &nothing,
            )
            .unwrap();
        let uris = files
            .iter()
            .map(|file| format!("file://{}\r\n", file.as_ref().display()));
        let mut drag = Self {
            source,
            target: root,
            uri_list: 0,
            uris: uris.collect(),
            connection,
        };
        drag.uri_list = drag.atom("text/uri-list");
        drag.target = drag.window_of(root, process).expect("the program's window");
        drag.connection
            .set_selection_owner(source, drag.atom("XdndSelection"), CURRENT_TIME)
            .unwrap();
        drag
    }

    fn atom(&self, name: &str) -> Atom {
        let asked = self.connection.intern_atom(false, name.as_bytes()).unwrap();
        asked.reply().unwrap().atom
    }

    /// The first window of this process under `parent` that files can be dropped on.
    fn window_of(&self, parent: Window, process: u32) -> Option<Window> {
        let first = |window: Window, name: &str| {
            let property = self.atom(name);
            let asked = self
                .connection
                .get_property(false, window, property, AtomEnum::ANY, 0, 1)
                .ok()?;
            asked.reply().ok()?.value32()?.next()
        };
        let tree = self.connection.query_tree(parent).ok()?.reply().ok()?;
        tree.children.into_iter().find_map(|window| {
            let ours = first(window, "_NET_WM_PID") == Some(process);
            (ours && first(window, "XdndAware").is_some())
                .then_some(window)
                .or_else(|| self.window_of(window, process))
        })
    }

    fn tell(&self, what: &str, [a, b, c, d]: [u32; 4]) {
        let data = [self.source, a, b, c, d];
        let event = ClientMessageEvent::new(32, self.target, self.atom(what), data);
        self.connection
            .send_event(false, self.target, EventMask::NO_EVENT, event)
            .unwrap();
        self.connection.flush().unwrap();
    }

    /// What the window says of this kind until then; meanwhile it is given the files when it asks for them.
    #[expect(
        clippy::disallowed_methods,
        reason = "the program that drags has nothing else to do on its thread"
    )]
    fn hears(&self, what: &str, patience: Duration) -> Option<[u32; 5]> {
        let wanted = self.atom(what);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::SelectionRequest(asked)) => self.give(&asked),
                Some(Event::ClientMessage(said)) if said.type_ == wanted => {
                    return Some(said.data.as_data32());
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        None
    }

    fn give(&self, asked: &SelectionRequestEvent) {
        let known = asked.target == self.uri_list;
        if known {
            self.connection
                .change_property8(
                    PropMode::REPLACE,
                    asked.requestor,
                    asked.property,
                    asked.target,
                    self.uris.as_bytes(),
                )
                .unwrap();
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if known { asked.property } else { 0 },
        };
        self.connection
            .send_event(false, asked.requestor, EventMask::NO_EVENT, answer)
            .unwrap();
        self.connection.flush().unwrap();
    }
}

package import Formats
import Glibc
package import HTTPServer
import Synchronization

/// A small Keycloak: its token endpoint and its Admin REST API over people, groups, roles, clients and realms in
/// memory, and in the journal where there is one.
///
/// It answers as the server of version 26.7 does; what that does was seen, not guessed.
package final class IdentitySandbox: Sendable {
    /// The administrator of the realm `master`.
    package struct Administrator: Sendable {
        package let username: String
        package let password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    private let store: Mutex<Box>
    /// Milliseconds since 1970.
    private let clock: @Sendable () -> Int64

    /// A server with what the journal holds; a journal without realms is begun with `master` and its administrator.
    package init(
        journal: Journal?, administrator: Administrator, clock: @escaping @Sendable () -> Int64 = systemClock
    ) throws(JournalError) {
        self.clock = clock
        let made = try IdentityStore(journal: journal)
        if made.realm(named: RealmTemplate.master) == nil {
            do {
                try made.transact { () throws(Refusal) in made.begin(administrator, now: clock()) }
            } catch {
                throw JournalError(cause: .system, description: "cannot write the realm master to the journal")
            }
        }
        store = Mutex(Box(store: made))
    }

    /// Answers requests to both the realms' endpoints and the Admin API.
    package var handler: ServerHandler {
        { [self] request in answer(request) }
    }

    /// What is there, people and clients without their secrets, the same for the same content.
    package func dump() -> JSON {
        store.withLock { $0.store.dump() }
    }

    /// Changes the store as a whole, or not at all.
    func change(_ work: @Sendable (IdentityStore, Int64) throws(Refusal) -> Void) throws(Refusal) {
        let now = clock()
        try store.withLock { (box) throws(Refusal) in
            try box.store.transact { () throws(Refusal) in try work(box.store, now) }
        }
    }

    private func answer(_ request: ServerRequest) -> ServerResponse {
        let now = clock()
        let reply: Reply
        do {
            reply = try store.withLock { (box) throws(Refusal) in
                try box.store.transact { () throws(Refusal) in try box.store.answer(request, now: now) }
            }
        } catch {
            reply = Reply(error)
        }
        var headers = reply.headers
        if reply.body != nil, !headers.contains(where: { $0.name == "Content-Type" }) {
            headers.append(("Content-Type", "application/json;charset=UTF-8"))
        }
        return ServerResponse(
            status: reply.status, headers: headers, body: .bytes(reply.body.map { $0.encoded() } ?? []))
    }

    package static let systemClock: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// The store, which is no value, as one that a lock can hold.
private struct Box: ~Copyable {
    let store: IdentityStore
}

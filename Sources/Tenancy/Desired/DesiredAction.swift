package import KubernetesModel

/// A Job that a blueprint wants run: once for each of its versions before the workloads, or now because somebody asked.
package struct DesiredAction: Sendable {
    /// `platform/migrate`: what the lock remembers it by.
    package let key: String
    /// The blueprint's version.
    package let version: String
    package let job: DesiredObject
    /// What has to be there and ready before it begins.
    package let needs: [ObjectID]

    package init(key: String, version: String, job: DesiredObject, needs: [ObjectID]) {
        self.key = key
        self.version = version
        self.job = job
        self.needs = needs
    }

    /// `migrate`
    package var name: String { String(key.split(separator: "/").last ?? "") }
}

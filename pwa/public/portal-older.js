// What a library calls as it loads and a browser of 2020 does not know. Before the modules, which wait for the document.
if (!Object.hasOwn) Object.hasOwn = function (owner, name) { return Object.prototype.hasOwnProperty.call(owner, name) }

package check

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A linted is a fragment and the rules that find something in it.
type linted struct{ html, rules string }

// lintTable has, for each rule, mistakes and what looks like them and is
// right.
var lintTable = []linted{
	// Images.
	{`<img src=a.png>`, "image-alt"},
	{`<img src=a.png alt="">`, ""},
	{`<img src=a.png alt="A mug">`, ""},
	{`<img src=a.png alt=" ">`, "image-alt"},
	{`<img src=a.png title="A mug">`, ""},
	{`<img src=a.png aria-label="A mug">`, ""},
	{`<span id=x>A mug</span><img src=a.png aria-labelledby=x>`, ""},
	{`<img src=a.png role=none>`, ""},
	{`<img src=a.png role=presentation>`, ""},
	{`<img src=a.png role=none tabindex=0>`, "image-alt presentation-role-conflict"},
	{`<img src=a.png hidden>`, ""},
	{`<div aria-hidden=true><img src=a.png></div>`, ""},
	{`<div style="display: none"><img src=a.png></div>`, ""},
	{`<template><img src=a.png></template>`, ""},
	{`<noscript><img src=a.png></noscript>`, "image-alt"},
	{`<img src=a.png role=button>`, "image-alt"},
	{`<svg role=img><path d="M0 0"/></svg>`, "svg-img-alt"},
	{`<svg role=img><title>A star</title></svg>`, ""},
	{`<svg role=img aria-label="A star"></svg>`, ""},
	{`<svg role=img><title></title></svg>`, "svg-img-alt"},
	{`<svg><path d="M0 0"/></svg>`, ""},
	{`<svg aria-hidden=true role=img></svg>`, ""},
	{`<svg role=graphics-document></svg>`, "svg-img-alt"},
	{`<span role=img>★</span>`, "role-img-alt"},
	{`<span role=img aria-label="Star">★</span>`, ""},
	{`<span role=image>★</span>`, "role-img-alt"},
	{`<map name=m><area href=/a shape=default></map><img alt="" usemap="#m">`, "area-alt"},
	{`<map name=m><area href=/a shape=default alt="A"></map><img alt="" usemap="#m">`, ""},
	{`<map name=m><area shape=default></map><img alt="" usemap="#m">`, ""},
	{`<object data=a.svg></object>`, "object-alt"},
	{`<object data=a.svg aria-label="A chart"></object>`, ""},
	{`<object data=a.svg>A chart</object>`, ""},
	{`<input type=image src=a.png>`, "input-image-alt"},
	{`<input type=image src=a.png alt="Search">`, ""},
	{`<input type=image src=a.png aria-label="Search">`, ""},

	// Controls.
	{`<button></button>`, "button-name"},
	{`<select aria-label=x><button><selectedcontent></selectedcontent></button><option>a</option></select>`, ""},
	{`<select aria-label=x><button></button><option>a</option></select>`, "button-name"},
	{`<button>Save</button>`, ""},
	{`<button><svg aria-hidden=true></svg></button>`, "button-name"},
	{`<button aria-label="Close"><svg aria-hidden=true></svg></button>`, ""},
	{`<button title="Close"></button>`, ""},
	{`<button><img src=a.png alt="Close"></button>`, ""},
	{`<button><img src=a.png alt=""></button>`, "button-name"},
	{`<button hidden></button>`, ""},
	{`<button disabled></button>`, "button-name"},
	{`<label>Close <button></button></label>`, ""},
	{`<button aria-labelledby=x></button><span id=x>Close</span>`, ""},
	{`<button><span class=visually-hidden>Close</span></button>`, ""},
	{`<button><span hidden>Close</span></button>`, "button-name"},
	{`<button role=switch aria-checked=true></button>`, "button-name"},
	{`<dialog><button></button></dialog>`, ""},
	{`<details><summary>More</summary><button></button></details>`, ""},
	{`<details open><summary>More</summary><button></button></details>`, "button-name"},
	{`<a href=/></a>`, "link-name"},
	{`<a href=/>Home</a>`, ""},
	{`<a href=/><img src=a.png alt="Home"></a>`, ""},
	{`<a href=/><img src=a.png alt=""></a>`, "link-name"},
	{`<a href=/><i class=icon></i></a>`, "link-name"},
	{`<a></a>`, ""},
	{`<a href=/ aria-label="Home"></a>`, ""},
	{`<a href=/ aria-hidden=true tabindex=-1></a>`, ""},
	{`<input>`, "label"},
	{`<input type=hidden>`, ""},
	{`<label>Name <input></label>`, ""},
	{`<label for=n>Name</label><input id=n>`, ""},
	{`<label for=n></label><input id=n>`, "label"},
	{`<input placeholder="Name">`, ""},
	{`<input title="Name">`, ""},
	{`<input aria-label="Name">`, ""},
	{`<input type=checkbox>`, "label"},
	{`<input type=radio>`, "label"},
	{`<input type=password>`, "label"},
	{`<input type=date>`, "label"},
	{`<input type=file>`, "label"},
	{`<input type=range>`, "label"},
	{`<textarea></textarea>`, "label"},
	{`<label>Text <textarea></textarea></label>`, ""},
	{`<select><option>A</select>`, "select-name"},
	{`<label>Size <select><option>A</select></label>`, ""},
	{`<select aria-label="Size"><option>A</select>`, ""},
	{`<input type=submit>`, ""},
	{`<input type=reset>`, ""},
	{`<input type=button>`, "input-button-name"},
	{`<input type=submit value="">`, "input-button-name"},
	{`<input type=button value="Save">`, ""},
	{`<details><summary></summary>x</details>`, "summary-name"},
	{`<details><summary>More</summary>x</details>`, ""},
	{`<details>x</details>`, ""},
	{`<iframe src=a.html></iframe>`, "frame-title"},
	{`<iframe src=a.html title="A map"></iframe>`, ""},
	{`<iframe src=a.html tabindex=-1></iframe>`, ""},
	{`<iframe src=a.html hidden></iframe>`, ""},
	{`<div role=button tabindex=0></div>`, "aria-command-name"},
	{`<div role=button tabindex=0>Save</div>`, ""},
	{`<span role=link tabindex=0></span>`, "aria-command-name"},
	{`<div role=menu><div role=menuitem></div></div>`, "aria-command-name"},
	{`<div role=dialog></div>`, "aria-dialog-name"},
	{`<div role=dialog aria-label="Basket"></div>`, ""},
	{`<div role=alertdialog>Text</div>`, "aria-dialog-name"},
	{`<div role=textbox contenteditable></div>`, "aria-input-field-name"},
	{`<div role=textbox contenteditable aria-label="Text"></div>`, ""},
	{`<div role=slider aria-valuenow=1 tabindex=0></div>`, "aria-input-field-name"},
	{`<div role=combobox aria-expanded=false><input aria-label="x"></div>`, ""},
	{`<div role=listbox><div role=option>A</div></div>`, "aria-input-field-name"},
	{`<input role=combobox aria-label=x aria-expanded=true aria-controls=l><div role=listbox id=l><div role=option>A</div></div>`, ""},
	{`<div role=listbox aria-label="Sizes"><div role=option>A</div></div>`, ""},
	{`<div role=checkbox aria-checked=true tabindex=0></div>`, "aria-toggle-field-name"},
	{`<div role=checkbox aria-checked=true tabindex=0>Yes</div>`, ""},
	{`<div role=switch aria-checked=true tabindex=0></div>`, "aria-toggle-field-name"},
	{`<div role=meter aria-valuenow=1></div>`, "aria-meter-name"},
	{`<div role=progressbar></div>`, "aria-progressbar-name"},
	{`<div role=progressbar aria-label="Sent"></div>`, ""},
	{`<progress value=1></progress>`, "aria-progressbar-name"},
	{`<label>Sent <progress value=1></progress></label>`, ""},
	{`<meter value=1></meter>`, "aria-meter-name"},
	{`<div role=tablist><div role=tab></div></div>`, "aria-tab-name"},
	{`<div role=tree><div role=treeitem></div></div>`, "aria-treeitem-name"},
	{`<div role=tooltip></div>`, "aria-tooltip-name"},
	{`<div role=tooltip>Help</div>`, ""},
	{`<h2></h2>`, "empty-heading"},
	{`<h2>Title</h2>`, ""},
	{`<h2><img src=a.png alt="Title"></h2>`, ""},
	{`<h2><span aria-hidden=true>x</span></h2>`, "empty-heading"},
	{`<h2 hidden></h2>`, ""},
	{`<div role=heading aria-level=2></div>`, "empty-heading"},
	{`<h2 role=none></h2>`, ""},

	// Ids and references.
	{`<p id=a></p><p id=a></p>`, "duplicate-id"},
	{`<p id=a></p><p id=b></p>`, ""},
	{`<p id=a></p><template><p id=a></p></template>`, ""},
	{`<input id=a aria-label=x><input id=a aria-label=y>`, "duplicate-id"},
	{`<p id="">x</p>`, "valid-id"},
	{`<p id="a b">x</p>`, "valid-id"},
	{`<label for=x>Name</label>`, "no-missing-references"},
	{`<input aria-label=x aria-describedby=x>`, "no-missing-references"},
	{`<input aria-label=x aria-describedby=x><p id=x>Help</p>`, ""},
	{`<input aria-label=x list=x>`, "no-missing-references"},
	{`<button form=x>Save</button>`, "no-missing-references"},
	{`<button popovertarget=x>Menu</button>`, "no-missing-references"},
	{`<button popovertarget=x>Menu</button><div id=x popover>y</div>`, ""},
	{`<button commandfor=x command=show-modal>Menu</button>`, "no-missing-references"},
	{`<a href="#x">Top</a>`, ""},
	{`<button aria-controls=x>Menu</button>`, "no-missing-references"},
	{`<button aria-controls=x aria-expanded=false>Menu</button>`, ""},
	{`<button aria-controls=x aria-expanded=true>Menu</button>`, "no-missing-references"},
	{`<button aria-controls=x aria-haspopup=menu>Menu</button>`, ""},
	{`<input aria-label=x aria-errormessage=x>`, ""},
	{`<input aria-label=x aria-invalid=true aria-errormessage=x>`, "no-missing-references"},
	{`<input aria-label=x aria-labelledby=x>`, "no-missing-references"},
	{`<img alt="" usemap="#m">`, "no-missing-references"},
	{`<button accesskey=s>A</button><button accesskey=s>B</button>`, "accesskeys"},
	{`<button accesskey=s>A</button><button accesskey=b>B</button>`, ""},
	{`<table><tr><th id=h>A<tr><td headers=h>x</table>`, ""},
	{`<table><tr><th id=h>A<tr><td headers=i>x</table>`, "td-headers-attr"},
	{`<table><tr><td id=h>A<tr><td headers=h>x</table>`, "td-headers-attr"},
	{`<p id=h>A</p><table><tr><th>A<tr><td headers=h>x</table>`, "td-headers-attr"},
	{`<table><tr><th>A<tr><td id=h headers=h>x</table>`, "td-headers-attr"},

	// Roles and attributes of ARIA.
	{`<div role=buton>x</div>`, "aria-roles"},
	{`<div role="buton button">x</div>`, ""},
	{`<div role=widget>x</div>`, "aria-roles"},
	{`<div role="">x</div>`, ""},
	{`<div role=sectionheader>x</div>`, ""},
	{`<button aria-labl=x>Save</button>`, "aria-valid-attr"},
	{`<button aria-label=x>Save</button>`, ""},
	{`<button aria-expanded=yes>Menu</button>`, "aria-valid-attr-value"},
	{`<button aria-expanded="">Menu</button>`, ""},
	{`<button aria-expanded=TRUE>Menu</button>`, ""},
	{`<button aria-haspopup=popup>Menu</button>`, "aria-valid-attr-value"},
	{`<div role=slider aria-label=x tabindex=0 aria-valuenow=many></div>`, "aria-valid-attr-value"},
	{`<div role=slider aria-label=x tabindex=0 aria-valuenow=-1.5></div>`, ""},
	{`<div role=heading aria-level=0>x</div>`, "aria-valid-attr-value"},
	{`<div aria-live=loud>x</div>`, "aria-valid-attr-value"},
	{`<a href=/ aria-current=yes>x</a>`, ""},
	{`<button aria-checked=true>x</button>`, "aria-allowed-attr"},
	{`<button aria-pressed=true>x</button>`, ""},
	{`<div aria-expanded=true>x</div>`, "aria-allowed-attr"},
	{`<div role=button tabindex=0 aria-expanded=true>x</div>`, ""},
	{`<a href=/ aria-pressed=true>x</a>`, "aria-allowed-attr"},
	{`<input aria-label=x aria-expanded=true>`, "aria-allowed-attr"},
	{`<input aria-label=x aria-required=true>`, ""},
	{`<input type=password aria-label=x aria-required=true>`, ""},
	{`<input type=checkbox aria-label=x aria-required=true>`, ""},
	{`<fieldset aria-required=false>x</fieldset>`, ""},
	{`<fieldset aria-required=true>x</fieldset>`, "aria-allowed-attr"},
	{`<table><tr><th aria-sort=ascending>A<tr><td>x</table>`, ""},
	{`<ul><li aria-level=2>x</ul>`, ""},
	{`<div aria-label="x"></div>`, "aria-prohibited-attr"},
	{`<span aria-label="4.5">★★★★</span>`, "aria-prohibited-attr"},
	{`<div role=group aria-label="x"></div>`, ""},
	{`<section aria-label="x"></section>`, ""},
	{`<p aria-label="x"></p>`, "aria-prohibited-attr"},
	{`<my-icon aria-label="x"></my-icon>`, ""},
	{`<strong role=strong aria-label="x"></strong>`, "aria-prohibited-attr"},
	{`<button><span aria-label="x"></span>y</button>`, ""},
	{`<div role=checkbox tabindex=0>x</div>`, "aria-required-attr"},
	{`<input type=checkbox role=switch aria-label=x>`, ""},
	{`<div role=heading>x</div>`, "aria-required-attr"},
	{`<h2 role=heading>x</h2>`, ""},
	{`<div role=slider aria-label=x tabindex=0></div>`, "aria-required-attr"},
	{`<input type=range role=slider aria-label=x>`, ""},
	{`<div role=separator></div>`, ""},
	{`<div role=separator tabindex=0 aria-label=x></div>`, "aria-required-attr"},
	{`<input role=combobox aria-label=x>`, "aria-required-attr"},
	{`<input role=combobox aria-label=x aria-expanded=false>`, ""},
	{`<input type=checkbox aria-label=x checked aria-checked=false>`, "aria-conditional-attr"},
	{`<input type=checkbox aria-label=x checked aria-checked=true>`, ""},
	{`<ul role=list><li>x</ul>`, ""},
	{`<div role=list><span>x</span></div>`, "aria-required-children"},
	{`<div role=list></div>`, ""},
	{`<div role=list><div role=listitem>x</div></div>`, ""},
	{`<div role=list><div><div role=listitem>x</div></div></div>`, ""},
	{`<div role=tablist><button>x</button></div>`, "aria-required-children"},
	{`<div role=tablist><button role=tab>x</button></div>`, ""},
	{`<div role=tablist aria-busy=true>x</div>`, ""},
	{`<div role=menu><button role=menuitem>x</button><hr></div>`, ""},
	{`<div role=listbox aria-label=x><div role=group aria-label=y><div role=option>x</div></div></div>`, ""},
	{`<div role=table><div role=row><div role=cell>x</div></div></div>`, ""},
	{`<div role=row><div>x</div></div>`, "aria-required-children"},
	{`<div role=radiogroup aria-label=x>y</div>`, ""},
	{`<div role=tab>x</div>`, ""},
	{`<section aria-label=x><div role=tab>x</div></section>`, "aria-required-parent"},
	{`<main><span role=listitem>x</span></main>`, "aria-required-parent"},
	{`<nav aria-owns=i role=list></nav><article><div id=i role=listitem>x</div></article>`, ""},
	{`<div aria-hidden=true><button>x</button></div>`, "aria-hidden-focus"},
	{`<div aria-hidden=true><button tabindex=-1>x</button></div>`, ""},
	{`<div aria-hidden=true><button disabled>x</button></div>`, ""},
	{`<div aria-hidden=true><button hidden>x</button></div>`, ""},
	{`<div aria-hidden=true><a>x</a></div>`, ""},
	{`<a href=/ aria-hidden=true>x</a>`, "aria-hidden-focus"},
	{`<div aria-hidden=true tabindex=0>x</div>`, "aria-hidden-focus"},
	{`<div aria-hidden=true inert><button>x</button></div>`, ""},
	{`<ul role=none aria-label=x><li>y</ul>`, "presentation-role-conflict"},
	{`<ul role=none><li>y</ul>`, ""},
	{`<button role=none>x</button>`, "presentation-role-conflict"},
	{`<div role=none tabindex=0>x</div>`, ""},
	{`<img src=a.png alt="" tabindex=0>`, "presentation-role-conflict"},
	{`<img src=a.png alt="" aria-label=x>`, "presentation-role-conflict"},
	{`<img src=a.png alt="" title=x>`, ""},
	{`<table><tr aria-expanded=true><td>x</table>`, "aria-conditional-attr"},
	{`<table role=treegrid><tr aria-expanded=true><td>x</table>`, ""},
	{`<div role=directory>x</div>`, ""},
	{`<button><a href=/>x</a></button>`, "nested-interactive"},
	{`<a href=/><button>x</button></a>`, "nested-interactive"},
	{`<a href=/><span tabindex=0>x</span></a>`, "nested-interactive"},
	{`<div role=button tabindex=0>x<input aria-label=y></div>`, "nested-interactive"},
	{`<button><span>x</span></button>`, ""},
	{`<div role=checkbox aria-checked=true tabindex=0>x<a href=/>y</a></div>`, "nested-interactive"},
	{`<button>x<button hidden>y</button></button>`, "nesting"},
	{`<div role=group tabindex=0><button>x</button></div>`, ""},
	{`<label>x <a href=/>y</a><input></label>`, ""},
	{`<label>x <input><input aria-label=y></label>`, "multiple-labeled-controls"},
	{`<label for=b>x <input id=b></label>`, ""},

	// Lists.
	{`<ul><div>x</div></ul>`, "list"},
	{`<ul>x</ul>`, "list"},
	{`<ul><li>x</li></ul>`, ""},
	{`<ul></ul>`, ""},
	{`<ul><li>x</li><script></script><template></template></ul>`, ""},
	{`<ul><!-- x --><li>y</li></ul>`, ""},
	{`<ul><my-item>x</my-item></ul>`, ""},
	{`<ol><p>x</p><p>y</p></ol>`, "list"},
	{`<ul><div role=listitem>x</div></ul>`, ""},
	{`<ul role=tablist><li role=tab>x</li></ul>`, ""},
	{`<li>x</li>`, ""},
	{`<li>x</li><li>y</li>`, ""},
	{`<div><li>x</li></div>`, "listitem"},
	{`<menu><li>x</li></menu>`, ""},
	{`<div role=list><li>x</li></div>`, ""},
	{`<my-list><li>x</li></my-list>`, ""},
	{`<dl><dt>a</dt><dd>b</dd></dl>`, ""},
	{`<dl><div><dt>a</dt><dd>b</dd></div></dl>`, ""},
	{`<dl><p>a</p></dl>`, "definition-list"},
	{`<dl><dt>a</dt></dl>`, "definition-list"},
	{`<dl><dd>a</dd></dl>`, "definition-list"},
	{`<dl>x<dt>a</dt><dd>b</dd></dl>`, "definition-list"},
	{`<dl></dl>`, ""},
	{`<dt>a</dt><dd>b</dd>`, ""},
	{`<div><dt>a</dt><dd>b</dd></div>`, ""},
	{`<section><p>x</p><dt>a</dt></section>`, "dlitem"},

	// Attributes of HTML.
	{`<p tabindex=1>x</p>`, "tabindex"},
	{`<p tabindex=0>x</p>`, ""},
	{`<p tabindex=-1>x</p>`, ""},
	{`<p lang=en_US>x</p>`, "valid-lang"},
	{`<p lang=en-US>x</p>`, ""},
	{`<p lang=english>x</p>`, "valid-lang"},
	{`<p lang=xx>x</p>`, "valid-lang"},
	{`<p lang=gsw>x</p>`, ""},
	{`<p lang="">x</p>`, ""},
	{`<input aria-label=x autocomplete=emial>`, "autocomplete-valid"},
	{`<input aria-label=x autocomplete=email>`, ""},
	{`<input aria-label=x autocomplete="section-a shipping work tel">`, ""},
	{`<input aria-label=x autocomplete="work street-address">`, "autocomplete-valid"},
	{`<input aria-label=x autocomplete=off>`, ""},
	{`<input aria-label=x autocomplete="current-password webauthn">`, ""},
	{`<input type=hidden autocomplete=nope>`, ""},
	{`<table><tr><td scope=row>x</table>`, "scope-attr-valid"},
	{`<table><tr><th scope=rows>x<td>y</table>`, "scope-attr-valid"},
	{`<table><tr><th scope=row>x<td>y</table>`, ""},
	{`<blink>x</blink>`, "blink"},
	{`<marquee>x</marquee>`, "marquee"},
	{`<meta http-equiv=refresh content="5; url=/">`, "meta-refresh"},
	{`<meta http-equiv=refresh content="0; url=/">`, ""},
	{`<p class=a class=b>x</p>`, "no-dup-attr"},
	{`<p class=a CLASS=b>x</p>`, "no-dup-attr"},
	{`<p class="a a">x</p>`, ""},
	{`<p title='a class=b' class=c>x</p>`, ""},
	{`<a href="/"">x</a>`, "attr-name"},
	{`<a href="/" "x">x</a>`, "attr-name"},

	// Fragments that stand in something, and whole documents.
	{`<tr><td>x</td></tr>`, ""},
	{`<td>x</td><td>y</td>`, ""},
	{`<option>x</option><option>y</option>`, ""},
	{`<tr><td headers=h>x</td></tr>`, ""},
	{`<td headers=h>x</td>`, ""},
	{`<tr role=row><td role=cell>x</td></tr>`, ""},
	{`<!doctype html><html lang=en><head><title>x</title></head><body><p>x</p></body></html>`, ""},
	{`<!doctype html><html lang=zz><body><p>x</p></body></html>`, "valid-lang"},
	{`<!doctype html><body aria-hidden=true>x</body>`, "aria-hidden-body"},
}

// nestingTable has what the parser repairs, and what it needn't.
var nestingTable = []linted{
	{`<div><p>x</div>`, ""},
	{`<p>x<div>y</div>`, ""},
	{`<p>x<div>y</div></p>`, "nesting"},
	{`<p><span>x<div>y</div></span></p>`, "nesting"},
	{`<p>x<ul><li>y</ul></p>`, "nesting"},
	{`<button><p>x</p></button>`, ""},
	{`<div>`, "nesting"},
	{`</div>`, "nesting"},
	{`<div/>x`, "nesting"},
	{`<br/><img alt="" /><hr/>`, ""},
	{`<my-icon/>`, "nesting"},
	{`<my-icon></my-icon>`, ""},
	{`</br>`, "nesting"},
	{`</img>`, "nesting"},
	{`<a href=/>x<a href=/>y</a></a>`, "nesting"},
	{`<form><form></form></form>`, "nesting"},
	{`<form></form><form></form>`, ""},
	{`<h1>x<h2>y</h2></h1>`, "nesting"},
	{`<h1>x</h2>`, "nesting"},
	{`<b><i>x</b></i>`, "nesting"},
	{`<b><i>x</i></b>`, ""},
	{`<b><p>x</b></p>`, "nesting"},
	{`<table><div>x</div></table>`, "nesting"},
	{`<table>x</table>`, "nesting"},
	{`<table> <tr> <td>x </table>`, ""},
	{`<table><caption>x</caption><col><thead><tr><th>x<tbody><tr><td>y<tr><td>z<tfoot><tr><td>a</table>`, ""},
	{`<table><tr><td>x</td></tr><p>y</p></table>`, "nesting"},
	{`<table><td>x</td></table>`, "nesting"},
	{`<table><tr><td><div>x</td></tr></table>`, "nesting"},
	{`<table><script></script><tr><td>x</table>`, ""},
	{`<div><tr><td>x</td></tr></div>`, "nesting"},
	{`<tr><td>x</td></tr><p>y</p>`, "nesting"},
	{`<body>x</body>`, "nesting"},
	{`<p>x</p><!doctype html>`, "nesting"},
	{`<ul><li>x<li>y</ul>`, ""},
	{`<ul><li><b>x<li>y</ul>`, "nesting"},
	{`<dl><dt>a<dd>b<dt>c<dd>d</dl>`, ""},
	{`<select aria-label=x><optgroup label=y><option>a<option>b<optgroup label=z><option>c</select>`, ""},
	{`<select aria-label=x><option>a<hr><option>b</select>`, ""},
	{`<select aria-label=x><option>a<input aria-label=y></select>`, "nesting"},
	{`<datalist><option>a<option>b</datalist>`, ""},
	{`<ruby>a<rt>b<rp>c</ruby>`, ""},
	{`<svg><g><path d=""/></g><circle r="1"></circle></svg>`, ""},
	{`<svg><title>x</title><style>a>b{}</style><foreignObject><div>x</div></foreignObject></svg>`, ""},
	{`<svg><div>x</div></svg>`, "nesting"},
	{`<svg><g></svg>`, "nesting"},
	{`<svg><clipPath id=x><rect/></clipPath></svg>`, ""},
	{`<math><mi>x</mi><mo>=</mo><mspace/></math>`, ""},
	{`<template><tr><td>x</td></tr></template>`, ""},
	{`<template><li>x</template>`, ""},
	{`<template><div></template>`, "nesting"},
	{`<noscript><p>x</p></noscript>`, ""},
	{`<script>"<div>"</script><style>a::after{content:"</p>"}</style>`, ""},
	{`<textarea aria-label=x></div></textarea>`, ""},
	{`<script>x`, "nesting"},
	{`<script src=a.js/>`, "nesting"},
	{`<!-- <div> -->x`, ""},
	{`<!-- x`, "nesting"},
	{`<div class="x"`, "nesting"},
	{`<ins><p>x</ins>`, "nesting"},
	{`<my-card><p>x</my-card>`, "nesting"},
	{`<image src=x alt="">`, "nesting"},
	{`<plaintext>x`, "nesting"},
	{`<!doctype html><title>x</title><p>y`, ""},
	{`<!doctype html><html><head></head><body></body></html> <!-- x -->`, ""},
	{`<!doctype html><html><body></body></html><p>x</p>`, "nesting"},
	{`<!doctype html><head></head><link rel=x><body></body>`, "nesting"},
	{`<!doctype html><body><div></body>`, "nesting"},
	{`<html><body><p><table></table></p></body></html>`, ""},
	{`<object data=x aria-label=y><p>x</object>`, ""},
	{`<li>x<li>y`, ""},
	{`<td>x<td>y`, ""},
}

func ruleNamesOf(found []Finding) string {
	var names []string
	for _, f := range found {
		names = append(names, f.Rule.Name)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

func TestTheRulesFindTheirMistakesAndNoOthers(t *testing.T) {
	list := slices.Concat(lintTable, nestingTable)
	unused := map[string]bool{}
	for name := range rules {
		unused[name] = true
	}
	for _, x := range list {
		found := NewDocument(x.html).Lint(nil)
		if got := ruleNamesOf(found); got != x.rules {
			t.Errorf("%s: %q, want %q", x.html, got, x.rules)
			for _, f := range found {
				t.Logf("    %s: %s (%s)", f.Rule.Name, f.Message, f.Hint)
			}
		}
		for name := range strings.FieldsSeq(x.rules) {
			delete(unused, name)
		}
	}
	for name := range unused {
		t.Errorf("no fragment breaks the rule %s", name)
	}
	t.Logf("%d fragments", len(list))
}

// wordings has what is said, once for each kind of message.
var wordings = []struct{ html, message, hint string }{
	{`<img src=a.png>`, `the image <img src="a.png"> has no alternative text`, `add alt="…" that says what it shows, or alt="" if it is decoration`},
	{`<button class=x></button>`, `the button <button class="x"> has no name`, `add a text, or aria-label`},
	{`<input name=n>`, `the field <input name="n"> has no name`, `put a <label> around it, or add aria-label`},
	{`<span role=img></span>`, `the image <span role="img"> has no name`, `add aria-label that says what it shows`},
	{`<h2></h2>`, `the heading <h2> has no text`, `add a text, or leave the heading out`},
	{`<p id=a></p><i id=a></i>`, `the id "a" of <i id="a"> is that of <p id="a"> as well`, `give each its own id`},
	{`<p id=nam></p><label for=name>x</label>`, `for="name" of <label for="name"> leads nowhere: no element has this id`, `did you mean "nam"?`},
	{`<div role=buton>x</div>`, `there is no role "buton", which <div role="buton"> asks for`, `did you mean "button"?`},
	{`<p aria-labl=x>y</p>`, `there is no attribute "aria-labl", which <p aria-labl="x"> has`, `did you mean "aria-label"?`},
	{`<button aria-expanded=yes>x</button>`, `aria-expanded of <button aria-expanded="yes"> is "yes"`, `write true, false or undefined`},
	{`<div aria-expanded=true>x</div>`, `aria-expanded means nothing without a role, and <div aria-expanded="true"> has none`,
		`leave it out, or give the element a role that supports aria-expanded`},
	{`<button aria-checked=true>x</button>`, `the role button doesn't support aria-checked, which <button aria-checked="true"> has`,
		`leave it out, or give the element a role that supports aria-checked`},
	{`<p aria-label=x>y</p>`, `<p aria-label="x"> has aria-label, but no element with the role paragraph can have a name`,
		`give the element a role, such as group or img, or write the name as text`},
	{`<span aria-label=x>y</span>`, `<span aria-label="x"> has aria-label, but no element without a role can have a name`,
		`give the element a role, such as group or img, or write the name as text`},
	{`<dl><dt>a</dt><dd aria-label=x>y</dd></dl>`, `<dd aria-label="x"> has aria-label, but no <dd> can have a name`,
		`give the element a role, such as group or img, or write the name as text`},
	{`<table><tr><th>A<tr><td headers=q>x</table>`, `headers="q" of <td headers="q"> leads nowhere: no element in the table has this id`, `write the ids of <th> elements of the same table`},
	{`<div role=heading>x</div>`, `the role heading requires aria-level, which <div role="heading"> doesn't have`, `add aria-level`},
	{`<div role=tablist><a href=/>x</a></div>`, `the role tablist of <div role="tablist"> may contain tab, not <a href="/">`, `give it such a role, or put it outside`},
	{`<div role=list><i>x</i></div>`, `the role list of <div role="list"> requires listitem in it`, `give what is in it such a role, or leave the role out`},
	{`<main><i role=cell>x</i></main>`, `the role cell of <i role="cell"> belongs in row, not in <main>`, `put it there, or give it another role`},
	{`<div aria-hidden=true><a href=/>x</a></div>`, `<div aria-hidden="true"> is hidden from assistive technology, but <a href="/"> in it takes the focus`,
		`hide it from everybody, or add tabindex="-1", or leave aria-hidden out`},
	{`<a href=/><button>x</button></a>`, `<button> stands in <a href="/">: a link may contain no control`, `put them side by side`},
	{`<ul><p>x</p><p>y</p></ul>`, `the list <ul> contains <p>, and 1 more that may not stand in it`, `put it into an <li>, or outside of the list`},
	{`<div><li>x</li></div>`, `the list item <li> stands in <div>, which is no list`, `put it into a <ul> or <ol>`},
	{`<p lang=en_US>x</p>`, `the language "en_US" of <p lang="en_US"> isn't one`, `did you mean "en-US"?`},
	{`<input aria-label=x autocomplete=emial>`, `the autocomplete of <input aria-label="x" autocomplete="emial"> is "emial", which means nothing`, `did you mean "email"?`},
	{`<p class=a class=b>x</p>`, `the tag <p class=a class=b> has the attribute class twice: only the first counts`, `leave one of them out`},
	{`<p class=a>x<div>y</div></p>`, `<div> stands in <p class=a>, which can't contain it and ends`, `write <div> in place of <p>, or end it before`},
	{`<p><b>x<div>y</div></b></p>`, `<div> stands in <p>, which can't contain it and ends`, `write <div> in place of <p>, or end it before`},
	{`<div class=a>`, `<div class=a> has no end tag`, `add </div> where it ends`},
	{`x</div>`, `</div> ends nothing: no <div> is open`, `leave it out, or add <div> where it begins`},
	{`<x-y />`, `<x-y /> doesn't end the element: the slash means nothing here`, `write <x-y></x-y>`},
	{`<b><i>x</b></i>`, `<i> is still open where </b> comes`, `add </i> before it`},
	{`<table><p>x</p></table>`, `<p> stands in a table, but in no cell, and is moved out of it`, `put it into a cell, or outside of the table`},
	{`<table>x</table>`, `the text "x" stands in a table, but in no cell`, `put it into a cell, or outside of the table`},
	{`<div><td>x</td></div>`, `<td> stands outside of a table, and is ignored`, `put it into a <table>`},
	{`<body>x</body>`, `<body> stands within the content, and is ignored`, `leave it out`},
}

func TestFindingsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	for _, w := range wordings {
		found := NewDocument(w.html).Lint(nil)
		if len(found) == 0 {
			t.Errorf("%s: nothing is found", w.html)
			continue
		}
		if f := found[0]; f.Message != w.message || f.Hint != w.hint {
			t.Errorf("%s:\n got %s\nwant %s\n got hint %s\nwant hint %s", w.html, f.Message, w.message, f.Hint, w.hint)
		}
	}
	for _, x := range slices.Concat(lintTable, nestingTable) {
		for _, f := range NewDocument(x.html).Lint(nil) {
			if f.Hint == "" || strings.HasSuffix(f.Message, ".") || f.Rule.Link == "" || f.Rule.Description == "" {
				t.Errorf("%s: %+v", x.html, f)
			}
		}
	}
}

func TestRulesThatAreOffFindNothing(t *testing.T) {
	for _, x := range slices.Concat(lintTable, nestingTable) {
		off := map[string]bool{}
		for name := range strings.FieldsSeq(x.rules) {
			off[name] = true
		}
		if found := NewDocument(x.html).Lint(off); len(found) > 0 {
			t.Errorf("%s: %v", x.html, found)
		}
	}
}

func TestRulesAreSorted(t *testing.T) {
	list := Rules()
	if !slices.IsSortedFunc(list, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) }) || len(list) != len(rules) {
		t.Errorf("%v", list)
	}
}

func TestSearchingTakesTimeInProportion(t *testing.T) {
	for _, source := range []string{
		strings.Repeat(`<p id=a><p id=a>`, 5000), strings.Repeat(`<div role=listbox><div role=option></div></div>`, 3000),
		strings.Repeat(`<b><i></b></i>`, 10000), strings.Repeat(`<div role=button tabindex=0>`, 400), "<p " + strings.Repeat("a ", 50000) + ">",
		`<div role=menu aria-owns=a>x</div><div role=group id=a aria-owns="b b b">y</div><div role=group id=b aria-owns="a a a">z</div>`,
	} {
		start := time.Now()
		NewDocument(source).Lint(nil)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.60s… took %v", source, took)
		}
	}
}
